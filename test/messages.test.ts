import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../deploy/failure.ts';
import { type MessageCode, readMessageCodes } from './builders/messageCodes.ts';
import { PROJECT_ROOT } from './builders/project.ts';

type Row = { code: string; kind: string };

/** The rows of one chapter's table; `kind` is the exit code, or the severity. */
function readRows(chapter: string): Row[] {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/messages.md'), 'utf8');
  const [, text = ''] = page.split(`\n## ${chapter}\n`);
  const [table = ''] = text.split('\n## ');
  return [...table.matchAll(/^\| `([A-Z0-9_]+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|$/gm)].map(
    ([, code = '', kind = '']) => ({ code, kind: kind.trim() }),
  );
}

const codes = readMessageCodes();
const isFindingOf = (folder: string) => (code: MessageCode) =>
  code.file.startsWith(folder) && code.exitCode === undefined;
const findings = [
  ['Findings of `check-image`', codes.filter(isFindingOf('deploy/checkImage/'))],
  ['Findings of `npm run audit`', codes.filter(isFindingOf('deploy/supply/'))],
] as const;
const failures = codes.filter((code) => !findings.some(([, found]) => found.includes(code)));
const chapters = [['Failures', failures], ...findings] as const;

describe.each(chapters)('docs/messages.md: %s', (chapter, found) => {
  const rows = readRows(chapter);
  const told = rows.map(({ code }) => code);

  it('has every code of cli/ and deploy/', () => {
    const missing = found.filter(({ code }) => !told.includes(code));

    const lines = missing.map(({ code, file }) => `add a row to docs/messages.md for ${code} of ${file}`);
    expect([...new Set(lines)]).toEqual([]);
  });

  it('has no other', () => {
    const inSources = found.map(({ code }) => code);

    expect(told.filter((code) => !inSources.includes(code))).toEqual([]);
  });

  it('is sorted, and has each once', () => {
    expect(told).toEqual([...new Set(told)].sort());
  });
});

describe('docs/messages.md', () => {
  it('has the exit codes that the sources have', () => {
    const wrong = readRows('Failures').flatMap(({ code, kind }) => {
      const exits = failures.filter((failure) => failure.code === code).map(({ exitCode }) => exitCode);
      const known = [...new Set(exits.filter((exit) => exit !== undefined))].sort((a, b) => a - b);
      const isRight = exits.includes(undefined)
        ? known.every((exit) => kind.split(', ').includes(String(exit)))
        : kind === known.join(', ');
      return isRight
        ? []
        : [`${code} has ${known.join(', ')} in the sources, and ${kind} in docs/messages.md`];
    });

    expect(wrong).toEqual([]);
  });

  it('has no exit code that there is not', () => {
    const all = Object.values(EXIT).map(String);
    const told = readRows('Failures').flatMap(({ kind }) => kind.split(', '));

    expect(told.filter((exit) => !all.includes(exit))).toEqual([]);
  });

  it.each(findings)('has the severities that the sources have: %s', (chapter, found) => {
    const rows = readRows(chapter);
    const severityOf = (code: string) => rows.find((row) => row.code === code)?.kind;
    const known = found.filter(({ severity }) => severity !== undefined);

    expect(known.filter(({ code, severity }) => severityOf(code) !== severity)).toEqual([]);
    expect(rows.filter(({ kind }) => kind !== 'error' && kind !== 'warning')).toEqual([]);
  });
});
