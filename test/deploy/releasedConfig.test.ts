import { toReleasedConfig } from '../../deploy/releasedConfig.ts';
import { pluginFile } from '../builders/deployed.ts';

const SALT = 'c0ffee';
const HASH = expect.stringMatching(/^[0-9a-f]{64}$/);

describe('toReleasedConfig', () => {
  it('keeps fields by their path, and of variables only hashes', () => {
    const config = toReleasedConfig(
      pluginFile({
        memorySize: 256,
        environmentVariables: { A: 'hush', B: 'hush' },
        subscriptions: { interceptionOrder: 2, notifications: [] },
        cors: { allowOrigins: ['*'] },
      }),
    );

    expect(config).toEqual({
      hash: HASH,
      salt: expect.stringMatching(/^[0-9a-f]{32}$/),
      variables: { A: HASH, B: HASH },
      fields: {
        displayName: 'Hello',
        memorySize: 256,
        'subscriptions.interceptionOrder': 2,
        'subscriptions.notifications': [],
        'cors.allowOrigins': ['*'],
      },
    });
    expect(config.variables.A).not.toBe(config.variables.B);
    expect(JSON.stringify(config)).not.toContain('hush');
  });

  it('has another hash with each salt', () => {
    const file = pluginFile({ environmentVariables: { A: '1' } });

    const [one, other] = [toReleasedConfig(file), toReleasedConfig(file)];

    expect([one.hash, one.variables.A]).not.toEqual([other.hash, other.variables.A]);
    expect([one.hash, one.variables.A]).not.toContain(other.hash);
  });

  it.each([
    ['in another order', { timeout: 10, memorySize: 256, environmentVariables: { B: '2', A: '1' } }, true],
    ['with another variable', { environmentVariables: { A: '1', B: '3' } }, false],
    ['with another size', { memorySize: 128 }, false],
  ])('compares files %s', (_what, fields, isEqual) => {
    const file = { memorySize: 256, timeout: 10, environmentVariables: { A: '1', B: '2' } };
    const { hash } = toReleasedConfig(pluginFile(file), { salt: SALT });

    const other = toReleasedConfig(pluginFile(fields), { salt: SALT });

    expect(other.hash === hash).toBe(isEqual);
  });

  it('does not count the version', () => {
    const [one, other] = [1, 2].map((version) => toReleasedConfig(pluginFile({ version }), { salt: SALT }));

    expect(one).toEqual(other);
  });

  it('remembers what a release had set and BioT still has', () => {
    const config = toReleasedConfig(pluginFile(), {
      salt: SALT,
      kept: [
        { path: 'environmentVariables.MINE', setBy: 'release' },
        { path: 'environmentVariables.THEIRS', setBy: 'elsewhere' },
      ],
    });

    expect(config.left).toEqual(['environmentVariables.MINE']);
  });
});
