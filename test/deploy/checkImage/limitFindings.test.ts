import type { Finding } from '../../../deploy/checkImage/finding.ts';
import { limitFindings } from '../../../deploy/checkImage/limitFindings.ts';

const create = (code: string, severity: Finding['severity'], count: number): Finding[] =>
  Array.from({ length: count }, (_, i) => ({ code, severity, message: `${code} ${i + 1}`, cure: 'none' }));

describe('limitFindings', () => {
  it('keeps five of a kind, and tells how many more there are', () => {
    const limited = limitFindings([...create('A', 'error', 8), ...create('B', 'error', 5)]);

    expect(limited.map(({ message }) => message)).toEqual([
      ...['A 1', 'A 2', 'A 3', 'A 4', 'A 5 (and 3 more like this)'],
      ...['B 1', 'B 2', 'B 3', 'B 4', 'B 5'],
    ]);
  });

  it('lets a file name neither colour nor begin a line', () => {
    const path = '/a\u001b[2J\nLambda takes it\u202e';

    const limited = limitFindings([
      { ...{ code: 'A', severity: 'error', cure: `rm ${path}` }, message: path, path },
    ]);

    const shown = '/a\\u{1b}[2J\\u{a}Lambda takes it\\u{202e}';
    expect(limited).toEqual([
      { code: 'A', severity: 'error', cure: `rm ${shown}`, message: shown, path: shown },
    ]);
  });

  it('puts errors first', () => {
    const limited = limitFindings([...create('A', 'warning', 1), ...create('B', 'error', 1)]);

    expect(limited.map(({ code }) => code)).toEqual(['B', 'A']);
  });
});
