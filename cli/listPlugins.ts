import { cureWith, type EmulatorApi } from '../deploy/emulatorApi.ts';

/** A plugin of the local BioT; `lastModifiedTime` is another after each deployment. */
export type Deployed = { name: string; version: number; lastModifiedTime: string };

export const listPlugins = (api: EmulatorApi): Promise<Deployed[]> => api.get('/emulator/plugins');

/** For `catch`: says of an unknown plugin which ones there are. @throws what it is given */
export const namePlugins = (api: EmulatorApi) => async (error: unknown) => {
  const names = (await listPlugins(api)).map(({ name }) => name).sort();
  const there = names.length > 0 ? `Here are: ${names.join(', ')}.` : 'There is none yet.';
  return cureWith({ PLUGIN_NOT_FOUND: `Create it (npx biot-plugin create). ${there}` })(error);
};
