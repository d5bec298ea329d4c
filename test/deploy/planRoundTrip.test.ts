import { findDifferences } from '../../deploy/plan/findDifferences.ts';
import { createPlan, type Plan } from '../../deploy/plan.ts';
import type { Plugin } from '../../deploy/pluginApi.ts';
import { toReleasedConfig } from '../../deploy/releasedConfig.ts';
import { parsePluginConfig, patchPluginConfig } from '../../emulator/settings/pluginConfig.ts';
import type { PluginConfig } from '../../emulator/state.ts';
import { pluginFile, released } from '../builders/deployed.ts';

type Fields = Record<string, unknown>;

const PRE = { type: 'PRE_REQUEST', apiId: 'POST/organization/v1/users/patients' };
const ADAPT = { type: 'ADAPT_ENTITY', entityTypeName: 'patient' };
const ON_CREATE = { entityTypeName: 'patient', actionName: '_create' };
const ON_UPDATE = { entityTypeName: 'patient', actionName: '_update', templateName: 'A' };

// Each part as a file or somebody on BioT may have set it.
const PARTS: Fields[][] = [
  [{}, { memorySize: 256, cronSchedule: '0 6 * * ? *' }, { memorySize: 512, enabledState: 'DISABLED' }],
  [
    {},
    { environmentVariables: { LOG_LEVEL: 'info' } },
    { environmentVariables: { LOG_LEVEL: 'debug', API_KEY: 'hush' } },
  ],
  [
    {},
    { subscriptions: { interceptions: [PRE], notifications: [ON_CREATE] } },
    { subscriptions: { interceptionOrder: 3, interceptions: [{ ...PRE, order: 4 }, ADAPT] } },
    { subscriptions: { notifications: [ON_UPDATE, ON_CREATE] } },
  ],
  [
    {},
    { cors: { allowOrigins: ['https://a.test'] } },
    { cors: { allowOrigins: ['*'], allowMethods: ['GET', 'PUT'] } },
  ],
];
const ALL = PARTS.reduce<Fields[]>(
  (combined, part) => combined.flatMap((fields) => part.map((more) => ({ ...fields, ...more }))),
  [{}],
);

const inBiot = (config: PluginConfig) => config as unknown as Plugin;
const planOf = (file: Fields, current: Plugin | undefined, rest: Fields = {}): Plan =>
  createPlan({
    file: pluginFile(file),
    current,
    secrets: new Set(),
    code: 'unchanged',
    allowDeletes: false,
    ...rest,
  });

/** All that is on lists, in a form that can be looked for. */
function itemsOf({ environmentVariables, subscriptions, cors }: PluginConfig): string[] {
  return [
    ...Object.keys(environmentVariables),
    ...subscriptions.interceptions.map(({ order: _, ...interception }) => JSON.stringify(interception)),
    ...subscriptions.notifications.map((notification) => JSON.stringify(notification)),
    ...Object.entries(cors).flatMap(([list, items]) => items.map((item) => `${list} ${item}`)),
  ];
}

/** As the local BioT would have them after a creation with these files. */
const configs = ALL.map((fields) => parsePluginConfig(pluginFile(fields)));

describe('createPlan, for any file over any plugin', () => {
  // Of all 11664 a part, in which each file and each plugin is; all of them pass too, in a minute.
  const pairs = ALL.flatMap((file) => configs.map((current) => ({ file, current }))).filter(
    (_, index) => index % 37 === 0,
  );

  it.each([false, true])('is done by one PATCH (with deletes: %s)', (allowDeletes) => {
    const pending = pairs.flatMap(({ file, current }) => {
      const { config } = planOf(file, inBiot(current), { allowDeletes });
      const next = patchPluginConfig(current, config);
      const again = planOf(file, inBiot(next), { allowDeletes, last: releasedAs(file) });
      const differences = findDifferences(config, inBiot(next));
      return again.action === 'none' && differences.length === 0 ? [] : [{ file, again, differences }];
    });

    expect(pairs).toHaveLength(316);
    expect(pending).toEqual([]);
  });

  it('loses nothing that somebody has set, unless it may', () => {
    const lost = pairs.flatMap(({ file, current }) => {
      // A release that had named the default: so it is no default that nobody has set.
      const last = releasedAs({ ...file, cors: current.cors });
      const { config } = planOf(file, inBiot(current), { last });
      const left = new Set(itemsOf(patchPluginConfig(current, config)));
      return itemsOf(current).filter((item) => !left.has(item));
    });

    expect(lost).toEqual([]);
  });

  it('makes with deletes what a creation would make', () => {
    const listsOf = ({ environmentVariables, subscriptions, cors, cronSchedule }: PluginConfig) => ({
      environmentVariables,
      interceptions: sorted(subscriptions.interceptions.map(({ order: _, ...rest }) => rest)),
      notifications: sorted(subscriptions.notifications),
      cors: Object.values(cors).map(sorted),
      cronSchedule,
    });

    const different = pairs.filter(({ file, current }) => {
      const { config } = planOf(file, inBiot(current), { allowDeletes: true });
      const updated = listsOf(patchPluginConfig(current, config));
      const created = listsOf(parsePluginConfig(pluginFile(file)));
      return JSON.stringify(updated) !== JSON.stringify(created);
    });

    expect(different).toEqual([]);
  });
});

const releasedAs = (file: Fields) => ({ ...released(), config: toReleasedConfig(pluginFile(file)) });

const sorted = (items: unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();
