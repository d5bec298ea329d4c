import { checkCatalogue } from '../../deploy/checkCatalogue.ts';
import { connect } from '../../deploy/connect.ts';
import { createEmulatorApi } from '../../deploy/emulatorApi.ts';
import { createPluginApi, type PluginCode } from '../../deploy/pluginApi.ts';
import type { PluginFile } from '../../deploy/pluginFile.ts';
import type { InvokedEvent } from '../../emulator/console/invoke.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { Session } from '../session.ts';
import { findImage } from './findImage.ts';
import type { HookKind } from './hookKinds.ts';
import { makeSample } from './makeSample.ts';
import type { GivenEvent } from './readEventFile.ts';
import type { Times } from './times.ts';

export type EventToInvoke = GivenEvent | { sampleOf: HookKind };

export type InvokeSpec = {
  session: Session;
  /** With the values of its variables. */
  file: PluginFile;
  event: EventToInvoke;
  /** A reference, or `true` for the image built last; without it the bundled source. */
  image?: string | true;
  times: Times;
};

/** A local BioT with this plugin in it, for one event. All of it is gone afterwards, also after Ctrl-C. @throws Failure */
export async function invokeOnce(spec: InvokeSpec): Promise<InvokedEvent> {
  const { session, times } = spec;
  const coding = times.of(spec.image ? 'image' : 'bundle', () => readCode(spec));
  coding.catch(() => undefined); // told when it is needed
  const emulator = await times.of('local BioT', () => start(spec));
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= emulator.close();
    return closing;
  };
  session.signal.addEventListener('abort', close);
  try {
    session.signal.throwIfAborted();
    return await invoke(spec, emulator, await coding);
  } finally {
    await close();
  }
}

async function readCode({ session, image }: InvokeSpec): Promise<PluginCode> {
  if (image) return { imageTag: await findImage(session, image) };
  const { makeZip } = await import('../../deploy/makeZip.ts');
  return { zip: await makeZip(session.projectRoot) };
}

async function start({ session: { projectRoot, isVerbose, say }, image }: InvokeSpec): Promise<Emulator> {
  const { startEmulator } = await import('../../emulator/index.ts');
  const place = { projectRoot, port: 0, host: '127.0.0.1' };
  const log = (line: string) => isVerbose && !line.startsWith('[') && say(line);
  return startEmulator({ ...place, launcher: image ? 'docker' : 'process', log });
}

async function invoke(spec: InvokeSpec, emulator: Emulator, code: PluginCode): Promise<InvokedEvent> {
  const { session, file, event, times } = spec;
  const { baseUrl, username, password } = emulator;
  const biot = connect({ baseUrl, username, password }, undefined);
  const api = createEmulatorApi(baseUrl);
  await checkCatalogue(biot, file, session.say); // BioT's own refusal lists all that it has
  const sent =
    'sampleOf' in event
      ? await times.of('sample', () => makeSample({ biot, api, file }, event.sampleOf))
      : event;
  // Its schedule has its own time, and this is not it.
  const { cronSchedule: _cronSchedule, ...config } = file;
  const deploymentPackageType = 'zip' in code ? 'ZIP' : 'IMAGE';
  const own = { ...config, deploymentPackageType, enabledState: 'ENABLED' } as PluginFile;
  await times.of('create', () => createPluginApi(biot).create(own, code));
  return times.of('invoke', () => api.post<InvokedEvent>('/emulator/invoke', { plugin: file.name, ...sent }));
}
