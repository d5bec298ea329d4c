import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, Failure } from './failure.ts';

/** `plugin.json`: the fields of BioT's plugin API by their own names. What is not named here is passed on as it is. */
export type PluginFile = {
  name: string;
  displayName: string;
  version: number;
  deploymentPackageType: 'IMAGE' | 'ZIP';
  environmentVariables?: Record<string, string>;
  [field: string]: unknown;
};

/**
 * Reads and checks `plugin.json` before anything is sent. With `--env NAME`, `plugin.NAME.json` lies over it: its
 * objects are joined with those below, all else takes their place. @throws Failure that names the field
 */
export async function readPluginFile(projectRoot: string, environmentName?: string): Promise<PluginFile> {
  const base = parse('plugin.json', await read(projectRoot, 'plugin.json'));
  const { $schema, ...file } = overlay(base, await readOverlay(projectRoot, environmentName));
  const plugin = { deploymentPackageType: 'IMAGE', ...file };
  checkFields(plugin);
  return plugin as PluginFile;
}

type Fields = Record<string, unknown>;

async function readOverlay(projectRoot: string, environmentName: string | undefined): Promise<Fields> {
  const name = `plugin.${environmentName}.json`;
  if (environmentName === undefined || !existsSync(join(projectRoot, name))) return {};
  return parse(name, await read(projectRoot, name));
}

async function read(projectRoot: string, name: string): Promise<string> {
  return readFile(join(projectRoot, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${name} could not be read (${cause.code})`);
  });
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function overlay(below: Fields, above: Fields): Fields {
  const joined = Object.entries(above).map(([name, value]) => {
    const under = below[name];
    return [name, isObject(value) && isObject(under) ? overlay(under, value) : value];
  });
  return { ...below, ...Object.fromEntries(joined) };
}

function parse(name: string, text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // biome-ignore lint/style/useErrorCause: the parser's message quotes the text, and the text may hold secrets
    throw invalid(`${name} is not valid JSON`, {
      cure: 'An editor shows where; mend it and run the command again.',
    });
  }
  throw invalid(`${name} is not a JSON object`);
}

function checkFields({
  name,
  displayName,
  version,
  deploymentPackageType,
  ...rest
}: Record<string, unknown>): void {
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,57}$/.test(name)) {
    throw invalid('"name" must be 1 to 57 letters, digits, - or _');
  }
  if (typeof displayName !== 'string' || displayName === '' || displayName.length > 255) {
    throw invalid('"displayName" must be text of 1 to 255 characters');
  }
  if (!Number.isInteger(version) || Number(version) < 1 || Number(version) > 32_767) {
    throw invalid('"version" must be a whole number from 1 to 32767');
  }
  if (deploymentPackageType !== 'IMAGE' && deploymentPackageType !== 'ZIP') {
    throw invalid('"deploymentPackageType" must be "IMAGE" or "ZIP"');
  }
  checkVariables(rest.environmentVariables);
}

function checkVariables(variables: unknown): void {
  if (variables === undefined) return;
  if (typeof variables !== 'object' || variables === null)
    throw invalid('"environmentVariables" must be an object');
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith('BIOT_')) {
      throw invalid(
        `"environmentVariables" has ${name}, and BioT keeps names that begin with BIOT_ for itself`,
        {
          cure: `Name it ${name.replace(/^BIOT_/, 'PLUGIN_')}: the plugin reads its own switches under that name too.`,
        },
      );
    }
    if (typeof value !== 'string' || value === '')
      throw invalid(`"environmentVariables.${name}" must be non-empty text`);
  }
}

const invalid = (message: string, { cure = 'Mend plugin.json and run the command again.' } = {}) =>
  new Failure({ code: 'INVALID_PLUGIN_FILE', exitCode: EXIT.usage, message, cure });
