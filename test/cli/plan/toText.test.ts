import { toText } from '../../../cli/plan/toText.ts';
import type { Plan } from '../../../deploy/plan.ts';

const plan = (fields: Partial<Plan>): Plan => ({
  action: 'update',
  changes: [],
  kept: [],
  notes: [],
  config: {},
  ...fields,
});

describe('toText', () => {
  it('tells changes, then what stays, then notes', () => {
    const text = toText(
      plan({
        changes: [
          { path: 'code', action: 'change' },
          { path: 'version', action: 'change', from: 3, to: 4 },
          { path: 'timeout', action: 'change', from: 30, to: 10, changedElsewhere: true },
          { path: 'displayName', action: 'change', from: 'Old', to: 'New name' },
          { path: 'environmentVariables.LOG_LEVEL', action: 'add', to: 'info' },
          { path: 'environmentVariables.API_KEY', action: 'change', isSecret: true },
          { path: 'environmentVariables.TOKEN', action: 'add', isSecret: true, changedElsewhere: true },
          { path: 'environmentVariables.OLD', action: 'remove', changedElsewhere: true },
          { path: 'subscriptions.notifications[patient _create]', action: 'add' },
          { path: 'cors.allowOrigins', action: 'change', from: ['*'], to: ['https://a.test'] },
        ],
        kept: [
          { path: 'environmentVariables.MINE', setBy: 'release' },
          { path: 'cronSchedule', value: '0 6 * * ? *', setBy: 'elsewhere' },
          { path: 'cors.allowMethods[PUT]', setBy: 'unknown' },
        ],
        notes: ['It stays so.'],
      }),
    );

    expect(text).toBe(
      `3 to add, 6 to change, 1 to remove
  ~ code new
  ~ version 3 → 4
  ~ timeout 30 → 10 (somebody else has changed it since the last release)
  ~ displayName Old → "New name"
  + environmentVariables.LOG_LEVEL info
  ~ environmentVariables.API_KEY (secret) changed
  + environmentVariables.TOKEN (secret) (somebody else has removed it since the last release)
  - environmentVariables.OLD (somebody else has set it since the last release)
  + subscriptions.notifications[patient _create]
  ~ cors.allowOrigins ["*"] → ["https://a.test"]

Stays as BioT has it (--allow-deletes removes it):
    environmentVariables.MINE (was deployed from here, and is not in plugin.json any more)
    cronSchedule "0 6 * * ? *" (somebody else has set it)
    cors.allowMethods[PUT] (not in plugin.json)

Note: It stays so.`,
    );
  });

  it('says that a plugin is new', () => {
    const text = toText(plan({ action: 'create', changes: [{ path: 'version', action: 'add', to: 1 }] }));

    expect(text).toBe('A new plugin: 1 to add, 0 to change, 0 to remove\n  + version 1');
  });

  it('says that nothing is to be done', () => {
    const text = toText(plan({ action: 'none' }));

    expect(text).toBe('Nothing to deploy: BioT has all that plugin.json says.');
  });

  it('keeps each change on one line of harmless text', () => {
    const to = `\u001b[2Jwiped\nline\u202e${'x'.repeat(200)}`;
    const text = toText(plan({ changes: [{ path: 'environmentVariables.A', action: 'add', to }] }));

    const [, line = ''] = text.split('\n');
    expect(line).toMatch(/^ {2}\+ environmentVariables\.A "\\u001b\[2Jwiped\\nline\\u\{202e\}x+…$/);
    expect(line.length).toBeLessThan(140);
  });
});
