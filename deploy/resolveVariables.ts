import { EXIT, Failure } from './failure.ts';
import { isSecret } from './isSecret.ts';
import type { PluginFile } from './pluginFile.ts';
import { refuseTooLong } from './variablesBytes.ts';

/** The file with the values that are sent, and the names of the variables whose values must never be shown. */
export type Resolved = { file: PluginFile; secrets: ReadonlySet<string> };

/** `$${` stands for `${` itself. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_]\w*)\}/g;

/**
 * Puts values in the place of `${NAME}` in the plugin's variables. @throws Failure MISSING_VARIABLE for all that have
 * no value, VARIABLE_NOT_FOR_PLUGINS for a person's own login, VARIABLES_TOO_LONG for more than Lambda takes
 */
export function resolveVariables(file: PluginFile, variables: NodeJS.ProcessEnv): Resolved {
  if (!file.environmentVariables) return { file, secrets: new Set() };
  const written = Object.entries(file.environmentVariables);
  refuseOwn(written);
  refuseMissing(written, variables);
  const resolved = written.map(([name, text]) => [name, resolve(text, variables)] as const);
  const environmentVariables = Object.fromEntries(resolved);
  refuseTooLong(environmentVariables);
  const referring = written.filter(([, text]) => referencesIn(text).length > 0);
  const likely = resolved.filter(([name, value]) => isSecret(name, value));
  return {
    file: { ...file, environmentVariables },
    secrets: new Set([...referring, ...likely].map(([name]) => name)),
  };
}

// Not what every object has: `constructor` is a name like any other.
const ownOf = (variables: NodeJS.ProcessEnv, name: string): string | undefined =>
  Object.hasOwn(variables, name) ? variables[name] : undefined;

type Written = [name: string, text: string][];

const referencesIn = (text: string): string[] =>
  [...text.matchAll(REFERENCE)].flatMap(([, reference]) => reference ?? []);

const resolve = (text: string, variables: NodeJS.ProcessEnv): string =>
  text.replaceAll(REFERENCE, (_whole, reference?: string) =>
    reference === undefined ? '${' : (ownOf(variables, reference) ?? ''),
  );

/** Which variable refers to what, like `API_KEY (environmentVariables.KEY)`. */
function list(written: Written, isMeant: (reference: string) => boolean): string | undefined {
  const found = written.flatMap(([name, text]) =>
    referencesIn(text)
      .filter(isMeant)
      .map((reference) => `${reference} (for "environmentVariables.${name}")`),
  );
  return found.length > 0 ? [...new Set(found)].join(', ') : undefined;
}

function refuseMissing(written: Written, variables: NodeJS.ProcessEnv): void {
  const missing = list(written, (reference) => !ownOf(variables, reference)?.trim());
  if (missing === undefined) return;
  throw new Failure({
    code: 'MISSING_VARIABLE',
    exitCode: EXIT.usage,
    message: `plugin.json refers to what is not set: ${missing}`,
    cure: 'Set it in the environment or in .env.local; with --env NAME in .env.NAME or .env.NAME.local.',
  });
}

/** @throws Failure: a person's login would be in the hands of everybody who may see the plugin */
function refuseOwn(written: Written): void {
  const own = list(written, (reference) => reference.startsWith('BIOT_CLI_'));
  if (own === undefined) return;
  throw new Failure({
    code: 'VARIABLE_NOT_FOR_PLUGINS',
    exitCode: EXIT.usage,
    message: `BIOT_CLI_ variables are your own login and are not given to a plugin: ${own}`,
    cure: 'A plugin logs in as the user that BioT makes for it. Name another variable in plugin.json.',
  });
}
