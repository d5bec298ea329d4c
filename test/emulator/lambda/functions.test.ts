import type { Environments } from '../../../emulator/lambda/environments.ts';
import { createFunctions, type Deployed, type Functions } from '../../../emulator/lambda/functions.ts';

let happened: string[];
let functions: Functions<string>;
let preparing: Map<string, PromiseWithResolvers<void>>;
let retiring: PromiseWithResolvers<void>;

/** A version is its name. It is ready when the test says so. */
beforeEach(() => {
  happened = [];
  preparing = new Map();
  retiring = Promise.withResolvers();
  functions = createFunctions(async (version: string): Promise<Deployed> => {
    happened.push(`${version} asked`);
    const prepared = Promise.withResolvers<void>();
    preparing.set(version, prepared);
    await prepared.promise;
    return toDeployed(version);
  });
});

function toDeployed(version: string): Deployed {
  const environments: Environments = {
    start: () => undefined,
    invoke: async () => ({ outcome: { ok: true, result: version }, coldStart: false }),
    retire: async () => {
      happened.push(`${version} retires`);
      await retiring.promise;
    },
    close: async () => void happened.push(`${version} closed`),
  };
  return { environments, dispose: async () => void happened.push(`${version} disposed`) };
}

const ticks = () => new Promise((resolve) => setImmediate(resolve));
const ready = (version: string) => preparing.get(version)?.resolve();

const deploy = async (version: string) => {
  const deployed = functions.deploy('plugin', version);
  await ticks();
  ready(version);
  await deployed;
};

/** The version that an event of now gets. */
const versionNow = async () => {
  const deployed = await functions.find('plugin');
  const invoked = await deployed?.environments.invoke('{}', { requestId: '', traceId: '' });
  return (invoked?.outcome as { result: string } | undefined)?.result;
};

describe('deploy', () => {
  it('lets the old version take events until the new one is ready, and then ends it', async () => {
    await deploy('v1');
    const deployed = functions.deploy('plugin', 'v2');
    await ticks();
    const before = await versionNow();

    ready('v2');
    await deployed;
    const after = await versionNow();
    retiring.resolve();
    await ticks();

    expect([before, after]).toEqual(['v1', 'v2']);
    expect(happened).toEqual(['v1 asked', 'v2 asked', 'v1 retires', 'v1 disposed']);
  });

  it('leaves all as it was when the new version cannot be had', async () => {
    await deploy('v1');
    const deployed = functions.deploy('plugin', 'v2');
    await ticks();

    preparing.get('v2')?.reject(new Error('no such image'));

    await expect(deployed).rejects.toThrow('no such image');
    expect(await versionNow()).toBe('v1');
  });

  it('of two at the same time leaves the one that came last', async () => {
    const both = [functions.deploy('plugin', 'v1'), functions.deploy('plugin', 'v2')];
    await ticks();
    ready('v1');
    await ticks();
    ready('v2');
    await Promise.all(both);

    const version = await versionNow();

    expect(version).toBe('v2');
  });
});

describe('find', () => {
  it('is undefined for what was never deployed, or could not be: it may be tried again', async () => {
    const unknown = functions.find('plugin');
    const failing = functions.deploy('plugin', 'v1');
    await ticks();
    preparing.get('v1')?.reject(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    await ticks();

    const failed = functions.find('plugin');
    await deploy('v2');

    expect([unknown, failed]).toEqual([undefined, undefined]);
    expect(await versionNow()).toBe('v2');
  });

  it('shares the preparation with those who ask in the meantime', async () => {
    const deployed = functions.deploy('plugin', 'v1');
    await ticks();
    const found = functions.find('plugin');

    ready('v1');

    expect(await found).toBe(await deployed);
    expect(happened).toEqual(['v1 asked']);
  });
});

describe('remove', () => {
  it('ends the function and frees its code', async () => {
    await deploy('v1');

    await functions.remove('plugin');

    expect(functions.find('plugin')).toBeUndefined();
    expect(happened).toEqual(['v1 asked', 'v1 closed', 'v1 disposed']);
  });
});

describe('close', () => {
  it('ends also the version that is being replaced, once', async () => {
    await deploy('v1');
    await deploy('v2');

    await functions.close();
    retiring.resolve();
    await ticks();

    expect([...happened].sort()).toEqual([
      ...['v1 asked', 'v1 closed', 'v1 disposed', 'v1 retires'],
      ...['v2 asked', 'v2 closed', 'v2 disposed'],
    ]);
  });
});
