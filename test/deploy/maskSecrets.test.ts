import { maskSecrets } from '../../deploy/maskSecrets.ts';

const plugin = {
  name: 'my-plugin',
  displayName: 'My plugin',
  version: 1,
  deploymentPackageType: 'ZIP',
  endpointUrl: 'https://example.com/',
} as const;

describe('maskSecrets', () => {
  it('hides what is known to be secret and what looks like it, and nothing else', () => {
    const environmentVariables = { LOG_LEVEL: 'info', UPSTREAM: 'x', PARTNER_KEY: 'sk-live-1' };

    const shown = maskSecrets({ ...plugin, environmentVariables }, new Set(['UPSTREAM']));

    expect(shown).toEqual({
      ...plugin,
      environmentVariables: { LOG_LEVEL: 'info', UPSTREAM: '(secret)', PARTNER_KEY: '(secret)' },
    });
  });

  it('leaves a plugin without variables as it is', () => {
    const shown = maskSecrets(plugin, new Set());

    expect(shown).toEqual(plugin);
  });
});
