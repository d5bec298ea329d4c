import { EXIT } from '../../deploy/failure.ts';
import type { PlanInput } from '../../deploy/plan/change.ts';
import { createPlan, type Plan } from '../../deploy/plan.ts';
import { toReleasedConfig } from '../../deploy/releasedConfig.ts';
import { deployed, pluginFile, released } from '../builders/deployed.ts';

const PATIENTS = 'POST/organization/v1/users/patients';
const DEVICES = 'POST/device/v2/devices';
const NOTHING: Plan = { action: 'none', changes: [], kept: [], notes: [], config: {} };

type Given = Partial<Omit<PlanInput, 'file' | 'current'>> & {
  file?: Record<string, unknown>;
  current?: Record<string, unknown>;
};

/** Of a plugin in version 3 whose code has not changed; the test says what is in the file and what BioT has. */
const planOf = ({ file, current, ...rest }: Given): Plan =>
  createPlan({
    file: pluginFile(file),
    current: deployed(current),
    secrets: new Set(),
    code: 'unchanged',
    allowDeletes: false,
    ...rest,
  });

/** An update that changes the configuration only. */
const update = (plan: Partial<Plan>): Plan => ({
  ...NOTHING,
  action: 'update',
  ...plan,
  config: { version: 3, ...plan.config },
});

const subscriptions = (
  interceptions: unknown[] = [],
  notifications: unknown[] = [],
  interceptionOrder: unknown = 1,
) => ({ interceptionOrder, interceptions, notifications });

describe('createPlan', () => {
  describe('of a plugin that is not there', () => {
    it('sends all that the file names', () => {
      const file = {
        memorySize: 256,
        runtime: 'ignored for images',
        environmentVariables: { LOG_LEVEL: 'info', API_KEY: 'hidden' },
        subscriptions: {
          interceptionOrder: 2,
          interceptions: [{ type: 'PRE_REQUEST', apiId: PATIENTS, order: 5 }],
          notifications: [{ entityTypeName: 'patient', actionName: '_create' }],
        },
        cronSchedule: '0 6 * * ? *',
        cors: { allowOrigins: ['https://a.test'] },
      };

      const plan = createPlan({
        file: pluginFile(file),
        secrets: new Set(['API_KEY']),
        code: 'new',
        allowDeletes: false,
      });

      const { runtime: _, ...config } = pluginFile(file);
      expect(plan).toEqual({
        action: 'create',
        changes: [
          { path: 'code', action: 'add' },
          { path: 'version', action: 'add', to: 1 },
          { path: 'displayName', action: 'add', to: 'Hello' },
          { path: 'memorySize', action: 'add', to: 256 },
          { path: 'cronSchedule', action: 'add', to: '0 6 * * ? *' },
          { path: 'environmentVariables.LOG_LEVEL', action: 'add', to: 'info' },
          { path: 'environmentVariables.API_KEY', action: 'add', isSecret: true },
          { path: 'subscriptions.interceptionOrder', action: 'add', to: 2 },
          {
            path: `subscriptions.interceptions[PRE_REQUEST ${PATIENTS}]`,
            action: 'add',
            to: { order: 5 },
          },
          { path: 'subscriptions.notifications[patient _create]', action: 'add' },
          { path: 'cors.allowOrigins', action: 'add', to: ['https://a.test'] },
        ],
        kept: [],
        notes: [],
        config,
      });
    });

    it('names the runtime of a ZIP', () => {
      const plan = createPlan({
        file: pluginFile({ deploymentPackageType: 'ZIP' }),
        secrets: new Set(),
        code: 'new',
        allowDeletes: false,
      });

      expect(plan.config).toEqual({
        ...pluginFile({ deploymentPackageType: 'ZIP' }),
        runtime: 'nodejs24.x',
        handler: 'index.handler',
      });
    });
  });

  describe('of the version', () => {
    it.each([
      ['one above that of BioT', [1, 3], 4],
      ['the file’s, when that is above', [9, 3], 9],
      ['one above that of BioT, when the file’s is the same', [3, 3], 4],
      ['a number, where BioT tells text', [1, '3'], 4],
      ['the highest there is', [1, 32_766], 32_767],
    ] as const)('takes %s for new code', (_what, [inFile, inBiot], version) => {
      const plan = planOf({ file: { version: inFile }, current: { version: inBiot }, code: 'new' });

      expect(plan).toEqual({
        ...NOTHING,
        action: 'update',
        changes: [
          { path: 'code', action: 'change' },
          { path: 'version', action: 'change', from: inBiot, to: version },
        ],
        config: { version },
      });
    });

    it('keeps it without new code, and says so when the file’s is higher', () => {
      const plan = planOf({ file: { version: 7, memorySize: 256 } });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'memorySize', action: 'change', from: 128, to: 256 }],
          notes: ['plugin.json says version 7: BioT takes a new version with new code only, so it stays 3.'],
          config: { memorySize: 256 },
        }),
      );
    });

    it('says nothing of a version that BioT has', () => {
      const plan = planOf({ file: { version: 3 } });

      expect(plan).toEqual(NOTHING);
    });

    it('counts a version that is higher in the file as no change', () => {
      const plan = planOf({ file: { version: 7 } });

      expect(plan).toEqual({ ...NOTHING, notes: [expect.stringContaining('it stays 3')] });
    });

    it('fails when all are used up', () => {
      const plan = () => planOf({ current: { version: 32_767 }, code: 'new' });

      expect(plan).toThrow(expect.objectContaining({ code: 'VERSIONS_USED_UP', exitCode: EXIT.conflict }));
    });
  });

  it.each([
    ['IMAGE', 'ZIP', 'ZIP'],
    ['ZIP', 'IMAGE', 'IMAGE'],
    ['IMAGE', undefined, 'ZIP'],
  ])('fails for %s when BioT has %s', (wanted, type, told) => {
    const plan = () =>
      planOf({ file: { deploymentPackageType: wanted }, current: { deploymentPackageType: type } });

    expect(plan).toThrow(
      expect.objectContaining({
        code: 'PACKAGE_TYPE_FIXED',
        exitCode: EXIT.conflict,
        message: `The plugin hello is deployed as ${told}, and BioT does not let it become ${wanted}`,
      }),
    );
  });

  describe('of simple fields', () => {
    it.each<[string, Given]>([
      ['the file says what BioT has', { file: { memorySize: 128, timeout: 60 } }],
      ['the file does not name what BioT has', { current: { memorySize: 1024, enabledState: 'DISABLED' } }],
      ['BioT tells numbers as text', { file: { memorySize: 256 }, current: { memorySize: '256' } }],
      ['the file writes numbers as text', { file: { memorySize: '128' } }],
      [
        'the file says the default that BioT leaves out',
        {
          file: { analyticsDbAccess: false, enabledState: 'ENABLED' },
          current: { analyticsDbAccess: null, enabledState: undefined },
        },
      ],
      ['an image’s file names a runtime', { file: { runtime: 'nodejs24.x', handler: 'other.handler' } }],
      ['neither has a schedule', { file: { cronSchedule: null } }],
      [
        'BioT writes null for what an object leaves out',
        { file: { somethingNew: { a: 1 } }, current: { somethingNew: { a: '1', b: null } } },
      ],
    ])('finds nothing when %s', (_what, given) => {
      const plan = planOf(given);

      expect(plan).toEqual(NOTHING);
    });

    it('sends those that differ, and no others', () => {
      const file = {
        displayName: 'New',
        timeout: 10,
        memorySize: 128,
        ephemeralStorage: 1024,
        enabledState: 'DISABLED',
        cronSchedule: '0 6 * * ? *',
        analyticsDbAccess: true,
        somethingNew: { a: 1 },
      };

      const plan = planOf({ file });

      expect(plan).toEqual(
        update({
          changes: [
            { path: 'displayName', action: 'change', from: 'Hello', to: 'New' },
            { path: 'timeout', action: 'change', from: 60, to: 10 },
            { path: 'ephemeralStorage', action: 'change', from: 512, to: 1024 },
            { path: 'enabledState', action: 'change', from: 'ENABLED', to: 'DISABLED' },
            { path: 'cronSchedule', action: 'add', to: '0 6 * * ? *' },
            { path: 'analyticsDbAccess', action: 'change', from: false, to: true },
            { path: 'somethingNew', action: 'add', to: { a: 1 } },
          ],
          config: {
            displayName: 'New',
            timeout: 10,
            ephemeralStorage: 1024,
            enabledState: 'DISABLED',
            cronSchedule: '0 6 * * ? *',
            analyticsDbAccess: true,
            somethingNew: { a: 1 },
          },
        }),
      );
    });

    it('brings a ZIP to the runtime of this project', () => {
      const type = { deploymentPackageType: 'ZIP' };

      const plan = planOf({ file: type, current: { ...type, runtime: 'python3.14', handler: null } });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'runtime', action: 'change', from: 'python3.14', to: 'nodejs24.x' }],
          config: { runtime: 'nodejs24.x' },
        }),
      );
    });

    it('marks what somebody has changed since the last release', () => {
      const plan = planOf({
        file: { timeout: 10, memorySize: 256 },
        current: { timeout: 30, memorySize: 128 },
        last: released({ timeout: 10, memorySize: 128 }),
      });

      expect(plan.changes).toEqual([
        { path: 'timeout', action: 'change', from: 30, to: 10, changedElsewhere: true },
        { path: 'memorySize', action: 'change', from: 128, to: 256 },
      ]);
    });

    it('notes what the file named at the last release and names no more', () => {
      const plan = planOf({ current: { timeout: 30 }, last: released({ timeout: 30 }) });

      expect(plan).toEqual({
        ...NOTHING,
        notes: ['plugin.json does not name timeout any more: it stays 30.'],
      });
    });

    it.each([
      ['a release from here had set', released({ cronSchedule: '0 6 * * ? *' }), 'release'],
      ['somebody has set', released(), 'elsewhere'],
      ['nobody knows who has set', undefined, 'unknown'],
    ] as const)('keeps a schedule that %s', (_what, last, setBy) => {
      const plan = planOf({ current: { cronSchedule: '0 6 * * ? *' }, last });

      expect(plan).toEqual({ ...NOTHING, kept: [{ path: 'cronSchedule', value: '0 6 * * ? *', setBy }] });
    });

    it.each<[string, Given]>([
      ['it may', { allowDeletes: true }],
      ['the file says so', { file: { cronSchedule: null } }],
    ])('removes a schedule when %s', (_what, given) => {
      const plan = planOf({ ...given, current: { cronSchedule: '0 6 * * ? *' } });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'cronSchedule', action: 'remove', from: '0 6 * * ? *' }],
          config: { cronSchedule: null },
        }),
      );
    });
  });

  describe('of variables', () => {
    const inBiot = { environmentVariables: { A: '1', B: '2' } };

    it('sends those that only BioT has with those of the file', () => {
      const plan = planOf({ file: { environmentVariables: { B: 'new', C: '3' } }, current: inBiot });

      expect(plan).toEqual(
        update({
          changes: [
            { path: 'environmentVariables.B', action: 'change', from: '2', to: 'new' },
            { path: 'environmentVariables.C', action: 'add', to: '3' },
          ],
          kept: [{ path: 'environmentVariables.A', setBy: 'unknown' }],
          config: { environmentVariables: { B: 'new', C: '3', A: '1' } },
        }),
      );
    });

    it('never sends, keeps or removes those that BioT adds', () => {
      const current = { environmentVariables: { A: '1', BIOT_BASE_URL: 'https://api.test' } };

      const plans = [false, true].map((allowDeletes) =>
        planOf({ file: { environmentVariables: { A: '2' } }, current, allowDeletes }),
      );

      const expected = update({
        changes: [{ path: 'environmentVariables.A', action: 'change', from: '1', to: '2' }],
        config: { environmentVariables: { A: '2' } },
      });
      expect(plans).toEqual([expected, expected]);
    });

    it('sends none when all are the same, and tells which it keeps', () => {
      const plan = planOf({
        file: { environmentVariables: { A: '1' } },
        current: inBiot,
        last: released({ environmentVariables: { A: '1' } }),
      });

      expect(plan).toEqual({
        ...NOTHING,
        kept: [{ path: 'environmentVariables.B', setBy: 'elsewhere' }],
      });
    });

    it('tells that one was taken out of the file', () => {
      const plan = planOf({ current: inBiot, last: released(inBiot) });

      expect(plan.kept).toEqual([
        { path: 'environmentVariables.A', setBy: 'release' },
        { path: 'environmentVariables.B', setBy: 'release' },
      ]);
    });

    it('remembers over releases that one was taken out of the file', () => {
      const first = planOf({ current: inBiot, last: released(inBiot) });
      const last = { ...released(), config: toReleasedConfig(pluginFile(), { kept: first.kept }) };

      const plan = planOf({ current: inBiot, last });

      expect(plan.kept).toEqual(first.kept);
    });

    it('refuses more than Lambda takes with what only BioT has, before anything is built', () => {
      const given = {
        file: { environmentVariables: { ONE: 'x'.repeat(3000) } },
        current: { environmentVariables: { TWO: 'y'.repeat(2000) } },
      };

      const freed = planOf({ ...given, allowDeletes: true });

      expect(freed.action).toBe('update');
      expect(() => planOf(given)).toThrow(
        expect.objectContaining({
          code: 'VARIABLES_TOO_LONG',
          message:
            '"environmentVariables" has 5019 bytes with what only BioT has (TWO), and Lambda takes 4096 in all',
        }),
      );
    });

    it('removes what the file does not name when it may, and shows no value of it', () => {
      const plan = planOf({
        file: { environmentVariables: { B: '2' } },
        current: inBiot,
        allowDeletes: true,
      });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'environmentVariables.A', action: 'remove' }],
          config: { environmentVariables: { B: '2' } },
        }),
      );
    });

    it('marks what somebody has changed, added or removed since the last release', () => {
      const plan = planOf({
        file: { environmentVariables: { CHANGED: 'c', ADDED: 'a', REMOVED: 'r', MINE: 'new', NEW: 'n' } },
        current: { environmentVariables: { CHANGED: 'other', ADDED: 'other', MINE: 'old' } },
        last: released({ environmentVariables: { CHANGED: 'c', REMOVED: 'r', MINE: 'old' } }),
      });

      expect(plan.changes.map(({ path, changedElsewhere }) => [path, changedElsewhere])).toEqual([
        ['environmentVariables.CHANGED', true],
        ['environmentVariables.ADDED', true],
        ['environmentVariables.REMOVED', true],
        ['environmentVariables.MINE', undefined],
        ['environmentVariables.NEW', undefined],
      ]);
    });

    it('shows no secret, whether it comes, changes, goes or stays', () => {
      const inFile = { NEW_ONE: 'hush-1', MARKED: 'hush-2', DB_PASSWORD: 'hush-3' };
      const there = { MARKED: 'hush-4', DB_PASSWORD: 'hush-5', GONE: 'hush-6', API_TOKEN: 'hush-7' };

      const plans = [false, true].map((allowDeletes) =>
        planOf({
          file: { environmentVariables: inFile },
          current: { environmentVariables: there },
          secrets: new Set(['NEW_ONE', 'MARKED']),
          allowDeletes,
        }),
      );

      const [kept, removed] = plans.map(({ config: _, ...shown }) => shown);
      const named = [
        { path: 'environmentVariables.NEW_ONE', action: 'add', isSecret: true },
        { path: 'environmentVariables.MARKED', action: 'change', isSecret: true },
        { path: 'environmentVariables.DB_PASSWORD', action: 'change', isSecret: true },
      ];
      expect(JSON.stringify([kept, removed])).not.toContain('hush');
      expect(kept?.changes).toEqual(named);
      expect(removed?.changes).toEqual([
        ...named,
        { path: 'environmentVariables.GONE', action: 'remove' },
        { path: 'environmentVariables.API_TOKEN', action: 'remove', isSecret: true },
      ]);
    });
  });

  describe('of subscriptions', () => {
    const pre = { type: 'PRE_REQUEST', apiId: PATIENTS };
    const adapt = { type: 'ADAPT_ENTITY', entityTypeName: 'patient' };
    const onCreate = { entityTypeName: 'patient', actionName: '_create' };
    const onUpdate = { entityTypeName: 'patient', actionName: '_update', templateName: 'A' };

    it.each<[string, Given]>([
      ['the file does not name them', { current: {} }],
      [
        'they are the same in another order',
        {
          file: { subscriptions: { interceptions: [pre, adapt] } },
          current: { subscriptions: subscriptions([adapt, pre]) },
        },
      ],
      [
        'BioT writes null for what is absent',
        {
          file: { subscriptions: { interceptions: [pre], notifications: [onCreate] } },
          current: {
            subscriptions: subscriptions(
              [{ ...pre, entityTypeName: null, order: null }],
              [{ ...onCreate, templateName: null }],
            ),
          },
        },
      ],
      [
        'only BioT names an order',
        {
          file: { subscriptions: { interceptions: [pre] } },
          current: { subscriptions: subscriptions([{ ...pre, order: 7 }], [], 4) },
        },
      ],
      [
        'BioT tells the orders as text',
        {
          file: { subscriptions: { interceptionOrder: 2, interceptions: [{ ...pre, order: 7 }] } },
          current: { subscriptions: subscriptions([{ ...pre, order: '7' }], [], '2') },
        },
      ],
      [
        'BioT tells nothing of the default order',
        {
          file: { subscriptions: { interceptionOrder: 1 } },
          current: { subscriptions: null },
        },
      ],
    ])('finds nothing when %s', (_what, given) => {
      const plan = planOf(given);

      expect(plan).toEqual(NOTHING);
    });

    it('sends all three parts, with what only BioT has, when one thing changes', () => {
      const plan = planOf({
        file: { subscriptions: { notifications: [onCreate] } },
        current: {
          subscriptions: subscriptions([{ ...pre, order: 7, entityTypeName: null }], [onUpdate], 4),
        },
        last: released({ subscriptions: { interceptions: [pre] } }),
      });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'subscriptions.notifications[patient _create]', action: 'add' }],
          kept: [
            {
              path: `subscriptions.interceptions[PRE_REQUEST ${PATIENTS}]`,
              value: { order: 7 },
              setBy: 'release',
            },
            { path: 'subscriptions.notifications[patient _update A]', setBy: 'elsewhere' },
          ],
          config: {
            subscriptions: subscriptions([{ ...pre, order: 7 }], [onCreate, onUpdate], 4),
          },
        }),
      );
    });

    it('tells items apart by type, API or entity, action and template', () => {
      const post = { type: 'POST_REQUEST', apiId: PATIENTS };
      const devices = { type: 'PRE_REQUEST', apiId: DEVICES };
      const onUpdateOfB = { ...onUpdate, templateName: 'B' };

      const plan = planOf({
        file: { subscriptions: { interceptions: [post, devices], notifications: [onUpdateOfB] } },
        current: { subscriptions: subscriptions([pre], [onUpdate]) },
        allowDeletes: true,
      });

      expect(plan).toEqual(
        update({
          changes: [
            { path: `subscriptions.interceptions[POST_REQUEST ${PATIENTS}]`, action: 'add' },
            { path: `subscriptions.interceptions[PRE_REQUEST ${DEVICES}]`, action: 'add' },
            { path: `subscriptions.interceptions[PRE_REQUEST ${PATIENTS}]`, action: 'remove' },
            { path: 'subscriptions.notifications[patient _update B]', action: 'add' },
            { path: 'subscriptions.notifications[patient _update A]', action: 'remove' },
          ],
          config: { subscriptions: subscriptions([post, devices], [onUpdateOfB]) },
        }),
      );
    });

    it('knows an API again when BioT names its entity type too', () => {
      const inFile = { type: 'PRE_REQUEST', apiId: PATIENTS };
      const inBiot = { ...inFile, entityTypeName: 'patient', order: null };

      const plan = planOf({
        file: { subscriptions: { interceptions: [inFile] } },
        current: { subscriptions: subscriptions([inBiot]) },
      });

      expect(plan).toEqual(NOTHING);
    });

    it('changes the orders that the file names, and marks what somebody has changed', () => {
      const plan = planOf({
        file: {
          subscriptions: {
            interceptionOrder: 2,
            interceptions: [{ ...pre, order: 5 }, adapt],
          },
        },
        current: {
          subscriptions: subscriptions(
            [
              { ...pre, order: 6 },
              { ...adapt, order: 9 },
            ],
            [],
            3,
          ),
        },
        last: released({
          subscriptions: { interceptionOrder: 2, interceptions: [{ ...pre, order: 5 }, adapt] },
        }),
      });

      expect(plan).toEqual(
        update({
          changes: [
            {
              path: 'subscriptions.interceptionOrder',
              action: 'change',
              from: 3,
              to: 2,
              changedElsewhere: true,
            },
            {
              path: `subscriptions.interceptions[PRE_REQUEST ${PATIENTS}]`,
              action: 'change',
              from: { order: 6 },
              to: { order: 5 },
              changedElsewhere: true,
            },
          ],
          config: {
            subscriptions: subscriptions(
              [
                { ...pre, order: 5 },
                { ...adapt, order: 9 },
              ],
              [],
              2,
            ),
          },
        }),
      );
    });

    it('does not mark an order that BioT has as it was released', () => {
      const plan = planOf({
        file: { subscriptions: { interceptionOrder: 2 } },
        current: { subscriptions: subscriptions([], [], 3) },
        last: released({ subscriptions: { interceptionOrder: 3 } }),
      });

      expect(plan.changes).toEqual([
        { path: 'subscriptions.interceptionOrder', action: 'change', from: 3, to: 2 },
      ]);
    });

    it('removes all when it may and the file names none', () => {
      const plan = planOf({
        current: { subscriptions: subscriptions([pre], [onCreate]) },
        allowDeletes: true,
      });

      expect(plan).toEqual(
        update({
          changes: [
            { path: `subscriptions.interceptions[PRE_REQUEST ${PATIENTS}]`, action: 'remove' },
            { path: 'subscriptions.notifications[patient _create]', action: 'remove' },
          ],
          config: { subscriptions: subscriptions() },
        }),
      );
    });
  });

  describe('of CORS', () => {
    const defaults = deployed().cors as Record<string, string[]>;
    const inBiot = { cors: { ...defaults, allowOrigins: ['https://a.test', 'https://b.test'] } };

    it.each<[string, Given]>([
      ['the file names none', {}],
      ['the file says the same in another order', { file: { cors: { allowMethods: ['POST', 'GET'] } } }],
      [
        'BioT tells nothing of the default',
        { file: { cors: { allowOrigins: ['*'] } }, current: { cors: null } },
      ],
    ])('finds nothing when %s', (_what, given) => {
      const plan = planOf(given);

      expect(plan).toEqual(NOTHING);
    });

    it.each([
      ['without any release', undefined],
      ['when no release had set it', released()],
    ])('replaces the platform’s default %s', (_what, last) => {
      const plan = planOf({ file: { cors: { allowOrigins: ['https://a.test'] } }, last });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'cors.allowOrigins', action: 'change', from: ['*'], to: ['https://a.test'] }],
          config: { cors: { ...defaults, allowOrigins: ['https://a.test'] } },
        }),
      );
    });

    it('keeps the default when a release had set it', () => {
      const plan = planOf({
        file: { cors: { allowOrigins: ['https://a.test'] } },
        last: released({ cors: { allowOrigins: ['*'] } }),
      });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'cors.allowOrigins[https://a.test]', action: 'add' }],
          kept: [{ path: 'cors.allowOrigins[*]', setBy: 'release' }],
          config: { cors: { ...defaults, allowOrigins: ['https://a.test', '*'] } },
        }),
      );
    });

    it('keeps what somebody has added', () => {
      const plan = planOf({
        file: { cors: { allowOrigins: ['https://a.test', 'https://c.test'] } },
        current: inBiot,
        last: released({ cors: { allowOrigins: ['https://a.test'] } }),
      });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'cors.allowOrigins[https://c.test]', action: 'add' }],
          kept: [{ path: 'cors.allowOrigins[https://b.test]', setBy: 'elsewhere' }],
          config: {
            cors: { ...defaults, allowOrigins: ['https://a.test', 'https://c.test', 'https://b.test'] },
          },
        }),
      );
    });

    it('removes what somebody has added when it may', () => {
      const plan = planOf({
        file: { cors: { allowOrigins: ['https://a.test'] } },
        current: inBiot,
        last: released({ cors: { allowOrigins: ['https://a.test'] } }),
        allowDeletes: true,
      });

      expect(plan).toEqual(
        update({
          changes: [{ path: 'cors.allowOrigins[https://b.test]', action: 'remove', changedElsewhere: true }],
          config: { cors: { ...defaults, allowOrigins: ['https://a.test'] } },
        }),
      );
    });

    it.each([
      ['a release had set', released(inBiot), 'release'],
      [
        'a release had set in another order',
        released({ cors: { allowOrigins: ['https://b.test', 'https://a.test'] } }),
        'release',
      ],
      ['somebody has set', released(), 'elsewhere'],
      ['nobody knows who has set', undefined, 'unknown'],
    ] as const)('keeps a list that the file does not name and %s', (_what, last, setBy) => {
      const plan = planOf({ current: inBiot, last });

      expect(plan).toEqual({
        ...NOTHING,
        kept: [{ path: 'cors.allowOrigins', value: inBiot.cors.allowOrigins, setBy }],
      });
    });

    it('goes back to the default when it may and the file names no list', () => {
      const plan = planOf({ current: inBiot, allowDeletes: true });

      expect(plan).toEqual(
        update({
          changes: [
            { path: 'cors.allowOrigins', action: 'remove', from: inBiot.cors.allowOrigins, to: ['*'] },
          ],
          config: { cors: defaults },
        }),
      );
    });
  });

  it('finds nothing right after it was sent', () => {
    const file = {
      memorySize: 256,
      environmentVariables: { A: '1' },
      subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: PATIENTS }] },
      cors: { allowOrigins: ['https://a.test'] },
    };
    const { config } = planOf({ file });

    const plan = planOf({ file, current: { ...config, cors: config.cors }, last: released(file) });

    expect(plan).toEqual(NOTHING);
  });
});
