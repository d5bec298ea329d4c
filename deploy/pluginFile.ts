import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, Failure } from './failure.ts';
import { findMistakes } from './pluginFile/findMistakes.ts';
import { findSyntaxError, type SyntaxPlace } from './pluginFile/findSyntaxError.ts';
import { type Fields, isFields, isFromAbove, joinFields } from './pluginFile/joinFields.ts';

export type Interception = {
  type: 'PRE_REQUEST' | 'POST_REQUEST' | 'ADAPT_ENTITY';
  /** PRE_REQUEST and POST_REQUEST only. */
  apiId?: string;
  /** ADAPT_ENTITY only. */
  entityTypeName?: string;
  order?: number;
};

export type Notification = { entityTypeName: string; actionName: string; templateName?: string };

export type Subscriptions = {
  interceptionOrder?: number;
  interceptions?: Interception[];
  notifications?: Notification[];
};

// Far more than a plugin needs, and less than makes a reader fail that goes into the depth.
const MAX_LENGTH = 1_000_000;
const MAX_DEPTH = 50;

/** `plugin.json`: the fields of BioT's plugin API by their own names. plugin.schema.json says what each may be. */
export type PluginFile = {
  name: string;
  displayName: string;
  version: number;
  deploymentPackageType: 'IMAGE' | 'ZIP';
  environmentVariables?: Record<string, string>;
  subscriptions?: Subscriptions;
  [field: string]: unknown;
};

/**
 * Reads `plugin.json` and checks all of it before anything is sent. With `--env NAME`, `plugin.NAME.json` lies over
 * it: its objects are joined with those below, all else takes their place. References in variables stay as they are
 * written. @throws Failure INVALID_PLUGIN_FILE that names each mistake with its place
 */
export async function readPluginFile(projectRoot: string, environmentName?: string): Promise<PluginFile> {
  const { joined, above, overlay } = await readJoined(projectRoot, environmentName);
  const mistakes = await findMistakes(joined, await readFields(projectRoot, 'plugin.schema.json'));
  if (mistakes.length > 0)
    throw mistaken(
      mistakes.map(({ path, line }) => line(overlay && isFromAbove(above, path) ? overlay : 'plugin.json')),
    );
  const { $schema, ...fields } = joined;
  return { deploymentPackageType: 'IMAGE', ...fields } as PluginFile;
}

/** Which plugin it is. `referring` are the variables whose values come from elsewhere. */
export type PluginIdentity = { name: string; referring: ReadonlySet<string> };

/** For what needs no more than the name: a mistake elsewhere in the file does not stop it. @throws Failure */
export async function readPluginIdentity(
  projectRoot: string,
  environmentName?: string,
): Promise<PluginIdentity> {
  const { joined } = await readJoined(projectRoot, environmentName);
  const { name, environmentVariables } = joined;
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]+$/.test(name))
    throw invalid('"name" in plugin.json must be letters, digits, - or _');
  const variables = isFields(environmentVariables) ? Object.entries(environmentVariables) : [];
  const referring = variables.filter(([, text]) => typeof text === 'string' && text.includes('${'));
  return { name, referring: new Set(referring.map(([variable]) => variable)) };
}

async function readJoined(projectRoot: string, environmentName: string | undefined) {
  const overlay = environmentName === undefined ? undefined : `plugin.${environmentName}.json`;
  const below = await readFields(projectRoot, 'plugin.json');
  const above =
    overlay && existsSync(join(projectRoot, overlay)) ? await readFields(projectRoot, overlay) : {};
  return { joined: joinFields(below, above), above, overlay };
}

async function readFields(projectRoot: string, name: string): Promise<Fields> {
  const text = await readFile(join(projectRoot, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${name} could not be read (${cause.code})`);
  });
  return parse(name, text);
}

async function parse(name: string, marked: string): Promise<Fields> {
  const text = marked.replace(/^\uFEFF/, '');
  if (text.length > MAX_LENGTH) throw invalid(`${name} is longer than ${MAX_LENGTH} characters`);
  const value = await parseJson(name, text);
  if (!isFields(value)) throw invalid(`${name} is not a JSON object`);
  if (!isShallow(value, MAX_DEPTH)) throw invalid(`${name} is nested deeper than ${MAX_DEPTH} levels`);
  return value;
}

async function parseJson(name: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // biome-ignore lint/style/useErrorCause: the parser's message quotes the text, and the text may hold secrets
    throw invalid(`${name} is not valid JSON${toPlace(await findSyntaxError(text))}`);
  }
}

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));

const toPlace = (place: SyntaxPlace | undefined): string =>
  place ? `: see line ${place.line}, column ${place.column}` : '';

const mistaken = (lines: string[]): Failure =>
  invalid(lines.length === 1 ? `${lines[0]}` : [`${lines.length} mistakes:`, ...lines].join('\n'));

const invalid = (message: string, cure = 'Mend it and run the command again.'): Failure =>
  new Failure({ code: 'INVALID_PLUGIN_FILE', exitCode: EXIT.usage, message, cure });
