import type { DockerCall } from './dockerApi.ts';

/** Whose containers, networks, volumes and images these are: found again by it after `kill -9`. */
export const OWNER_LABEL = 'biot-plugin.emulator';

const MB = 1024 * 1024;

type Named = { name: string; owner: string };

/** What the local BioT asks of the engine. Names are those of containers unless said otherwise. */
export const dockerCalls = {
  info: (): DockerCall => ({ method: 'GET', path: '/info', cli: ['info', '--format', '{{json .}}'] }),

  inspect: (name: string): DockerCall => ({
    ...{ method: 'GET', path: `/containers/${name}/json` },
    cli: ['container', 'inspect', '--format', '{{json .}}', name],
  }),

  pause: (name: string): DockerCall => act('POST', `/containers/${name}/pause`, ['pause', name]),

  unpause: (name: string): DockerCall => act('POST', `/containers/${name}/unpause`, ['unpause', name]),

  remove: (name: string): DockerCall =>
    act('DELETE', `/containers/${name}?force=1&v=1`, ['rm', '--force', '--volumes', name]),

  setCpus: (name: string, cpus: number): DockerCall => ({
    ...{ method: 'POST', path: `/containers/${name}/update`, body: { NanoCpus: Math.round(cpus * 1e9) } },
    cli: ['update', '--cpus', cpus.toFixed(3), name],
  }),

  setMemory: (name: string, megabytes: number): DockerCall => ({
    ...{ method: 'POST', path: `/containers/${name}/update` },
    body: { Memory: megabytes * MB, MemorySwap: megabytes * MB },
    cli: ['update', '--memory', `${megabytes}m`, '--memory-swap', `${megabytes}m`, name],
  }),

  /** A network that leads to the machine of the engine and nowhere else. */
  createNetwork: ({ name, owner }: Named): DockerCall => ({
    ...{ method: 'POST', path: '/networks/create' },
    body: { Name: name, Internal: true, Labels: { [OWNER_LABEL]: owner } },
    cli: ['network', 'create', '--internal', '--label', `${OWNER_LABEL}=${owner}`, name],
  }),

  inspectNetwork: (name: string): DockerCall => ({
    ...{ method: 'GET', path: `/networks/${name}` },
    cli: ['network', 'inspect', '--format', '{{json .}}', name],
  }),

  removeNetwork: (name: string): DockerCall => act('DELETE', `/networks/${name}`, ['network', 'rm', name]),

  /** A volume in memory. It is empty again when no container uses it any more. */
  createVolume: ({ name, owner, megabytes }: Named & { megabytes: number }): DockerCall => {
    const o = `size=${megabytes}m,mode=1777`;
    const settings = ['type=tmpfs', 'device=tmpfs', `o=${o}`].flatMap((setting) => ['--opt', setting]);
    return {
      ...{ method: 'POST', path: '/volumes/create' },
      body: {
        ...{ Name: name, Driver: 'local', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o } },
        Labels: { [OWNER_LABEL]: owner },
      },
      cli: ['volume', 'create', '--driver', 'local', ...settings, '--label', `${OWNER_LABEL}=${owner}`, name],
    };
  },

  removeVolume: (name: string): DockerCall =>
    act('DELETE', `/volumes/${name}?force=1`, ['volume', 'rm', '--force', name]),

  inspectImage: (reference: string): DockerCall => ({
    ...{ method: 'GET', path: `/images/${reference}/json` },
    cli: ['image', 'inspect', '--format', '{{json .}}', reference],
  }),

  /** Takes the name away; the image stays while something else names it. */
  removeImage: (reference: string): DockerCall => act('DELETE', `/images/${reference}`, ['rmi', reference]),
};

const act = (method: DockerCall['method'], path: string, cli: string[]): DockerCall => ({
  method,
  path,
  cli,
});
