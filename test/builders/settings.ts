import { createClock } from '../../emulator/clock.ts';
import { openPlugins, type Plugins, type PluginsOptions } from '../../emulator/settings/plugins.ts';
import { createState, type State } from '../../emulator/state.ts';
import { openStore } from '../../emulator/store.ts';

export const KNOWN_TAG = 'known';
export const KNOWN_DIGEST = `sha256:${'a'.repeat(64)}`;

/** The settings service without its routes; `calls` tells what Lambda and the registry were asked for, in order. */
export type TestPlugins = Plugins & { state: State; calls: string[] };

export function openTestPlugins(overrides: Partial<PluginsOptions> = {}): TestPlugins {
  const state = createState(openStore());
  const calls: string[] = [];
  const plugins = openPlugins({
    state,
    clock: createClock(new Map()),
    resolveImage: async (tag) => (tag === KNOWN_TAG ? KNOWN_DIGEST : undefined),
    seed: {},
    deploy: async ({ config }) => void calls.push(`deploy ${config.name} ${config.version}`),
    remove: async ({ config }) => void calls.push(`remove ${config.name}`),
    forgetImage: async (digest) => void calls.push(`forget ${digest}`),
    endpointUrlOf: ({ config }) => `http://127.0.0.1/${config.name}`,
    consoleUrlOf: ({ config }) => `http://127.0.0.1/logs/${config.name}`,
    ...overrides,
  });
  return { ...plugins, state, calls };
}

/** All that is kept, to be compared before and after. */
export const keptBy = ({ state }: TestPlugins): unknown =>
  structuredClone({
    plugins: [...state.plugins],
    serviceUsers: [...state.serviceUsers],
    subscriptions: [...state.subscriptions],
    zips: [...state.zips.keys()],
  });
