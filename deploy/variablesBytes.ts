import { EXIT, Failure } from './failure.ts';

/** Lambda's limit on all variables of a function; those that BioT adds, some 250 bytes, count too. */
export const MAX_VARIABLES_BYTES = 4096;

/** As Lambda counts them: written as JSON. */
export const toVariablesBytes = (variables: Record<string, string>): number =>
  Buffer.byteLength(JSON.stringify(variables));

/** `inBiot` are the names of those among them that only BioT has. @throws Failure for more than Lambda takes */
export function refuseTooLong(variables: Record<string, string>, inBiot: readonly string[] = []): void {
  const bytes = toVariablesBytes(variables);
  if (bytes <= MAX_VARIABLES_BYTES) return;
  const [also, orRemove] =
    inBiot.length > 0
      ? [` with what only BioT has (${inBiot.join(', ')})`, ' What only BioT has goes with --allow-deletes.']
      : ['', ''];
  throw new Failure({
    code: 'VARIABLES_TOO_LONG',
    exitCode: EXIT.usage,
    message: `"environmentVariables" has ${bytes} bytes${also}, and Lambda takes ${MAX_VARIABLES_BYTES} in all`,
    cure: `Keep long values elsewhere, in a file of the project or in BioT, and let the plugin read them.${orRemove}`,
  });
}
