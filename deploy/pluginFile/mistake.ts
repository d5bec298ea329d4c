import type { Path } from './joinFields.ts';

/** A mistake in a file: where it is, and what to say of that place, given the file's name. */
export type Mistake = { path: Path; line(file: string): string };
