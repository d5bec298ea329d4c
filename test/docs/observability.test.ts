import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePlugin } from '../builders/bundledPlugin.ts';
import { startTestEnvironment } from '../builders/environment.ts';
import { directEvent, preEvent } from '../builders/events.ts';
import type { LogRecord } from '../builders/log.ts';
import { PROJECT_ROOT } from '../builders/project.ts';
import { until } from '../builders/until.ts';

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs/observability.md'), 'utf8');

/** An author whose code leaves strays and fails. */
const PERFORM = `
export async function perform(): Promise<any> {
  Promise.reject(new Error('stray'));
  Promise.reject('stray');
  await new Promise((done) => setTimeout(done, 20));
  throw new Error('it failed', { cause: new Error('why') });
}`;

const WORDS = new Set(
  'fields filter stats sort limit by as and asc desc bin count sum avg max pct 1h'.split(' '),
);

const queries = [...PAGE.matchAll(/^```logs-insights\n(.*?)^```/gms)].map(([, query]) => query ?? '');

/** The names in a query that are fields, and none that it gives itself. */
function fieldsOf(query: string): string[] {
  const names = query.replaceAll(/"[^"]*"/g, '').match(/@?[a-z][\w.]*/gi) ?? [];
  const own = [...query.matchAll(/ as (\w+)/g)].map(([, name]) => name);
  return [...new Set(names)].filter((name) => !WORDS.has(name) && !own.includes(name) && !/^h$/.test(name));
}

const pathsOf = (value: unknown, prefix = ''): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, inner]) => [
        `${prefix}${name}`,
        ...pathsOf(inner, `${prefix}${name}.`),
      ])
    : [];

describe('docs/observability.md', () => {
  let records: LogRecord[];

  beforeAll(async () => {
    const code = await bundlePlugin({ 'nonspecific/perform.ts': PERFORM });
    const environment = await startTestEnvironment(
      { 'index.js': code, 'package.json': '{"type":"commonjs"}' },
      { variables: { PLUGIN_SHOULD_VALIDATE_JWT: 'false' } },
    );
    await environment.send(directEvent(undefined));
    await environment.send(preEvent(undefined));
    const lines = () => environment.texts('function');
    await until(() => lines().filter((line) => line.includes('_aws')).length === 2);
    records = lines().map((line) => JSON.parse(line));
    await environment.end();
  });

  it('has queries', () => {
    expect(queries.length).toBe(7);
  });

  it.each(queries.map((query) => [query.trim()]))('names only fields that real records have: %s', (query) => {
    const fields = fieldsOf(query);

    const message = /message = "(.*?)"/.exec(query)?.[1];
    const asked = records.filter((record) => message === undefined || record.message === message);
    const there = new Set(asked.flatMap((record) => pathsOf(record)));
    expect(fields.length).toBeGreaterThan(1);
    expect(fields.filter((name) => !there.has(name))).toEqual([]);
  });

  it.each(['Metrics', 'Nobody caught an error'])(
    'shows the record "%s" with the fields that it has',
    (message) => {
      const shown = [...PAGE.matchAll(/^```json\n(.*?)^```/gms)]
        .map(([, text]) => JSON.parse(text ?? ''))
        .find((record) => record.message === message);

      const real = records.find((record) => record.message === message && !('thrown' in record));

      expect(Object.keys(shown)).toEqual(Object.keys(real ?? {}));
    },
  );

  it('names every field of the record of an event in its table', () => {
    const told = [...PAGE.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    const common = ['@timestamp', 'level', 'message', 'appName', 'traceId', 'requestId'];
    const real = Object.keys(records.find(({ message }) => message === 'Metrics') ?? {});

    expect([...told].filter((name) => name !== 'appNameAscii').sort()).toEqual(
      real.filter((name) => !common.includes(name)).sort(),
    );
  });

  it('tells the alarm’s and the end’s messages as they are', () => {
    const source = readFileSync(join(PROJECT_ROOT, 'src/runtime/strays.ts'), 'utf8');
    const told = [...PAGE.matchAll(/`(The process ends: .*?)`/g)].map(([, text]) => text ?? '');

    expect(told.length).toBe(1);
    expect(told.filter((text) => !source.includes(`'${text}'`))).toEqual([]);
  });
});
