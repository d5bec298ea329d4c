/** Lambda's limit on all variables of a function; those that BioT adds, some 250 bytes, count too. */
export const MAX_VARIABLES_BYTES = 4096;

/** As Lambda counts them: written as JSON. */
export const toVariablesBytes = (variables: Record<string, string>): number =>
  Buffer.byteLength(JSON.stringify(variables));
