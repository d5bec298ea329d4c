import { checkVariables } from '../../../deploy/checkImage/checkVariables.ts';

describe('checkVariables', () => {
  it('names variables that look like secrets, and never their values', () => {
    const Env = [
      'PATH=/bin',
      'DB_PASSWORD=hunter2',
      'NPM_TOKEN=',
      'token=hunter2',
      'GPG_KEY=1',
      'TOKEN_URL=x',
    ];

    const findings = checkVariables({ Env });

    expect(findings.map(({ code, severity, message }) => [code, severity, message.split(',')[0]])).toEqual([
      ['SECRET_VARIABLE', 'warning', 'ENV sets DB_PASSWORD'],
      ['SECRET_VARIABLE', 'warning', 'ENV sets token'],
    ]);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it.each([{}, { Env: null }, { Env: [] }])('finds nothing in %j', (config) => {
    expect(checkVariables(config)).toEqual([]);
  });
});
