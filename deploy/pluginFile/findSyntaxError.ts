import type { TransformFailure } from 'esbuild';

/** Both from 1, as editors count them. */
export type SyntaxPlace = { line: number; column: number };

/** Where a text stops being JSON. No more than the place: the text may hold secrets. Undefined when esbuild takes it. */
export async function findSyntaxError(text: string): Promise<SyntaxPlace | undefined> {
  const { transform } = await import('esbuild'); // only now: most files are right
  try {
    await transform(text, { loader: 'json', logLevel: 'silent' });
    return undefined;
  } catch (error) {
    const { location } = (error as TransformFailure).errors?.[0] ?? {};
    if (!location) return undefined;
    const before = Buffer.from(location.lineText).subarray(0, location.column); // it counts bytes
    return { line: location.line, column: before.toString().length + 1 };
  }
}
