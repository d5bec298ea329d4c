import { readFile } from 'node:fs/promises';
import { bundle } from './bundle.ts';
import { EXIT, Failure } from './failure.ts';
import type { PluginCode } from './pluginApi.ts';
import { type PluginFile, readPluginFile } from './pluginFile.ts';
import { readPushedImage } from './stateDirectory.ts';
import { zip } from './zip.ts';

/** What is deployed: `plugin.json`, and the image pushed last or the bundle as a ZIP. */
export type Deployable = { file: PluginFile; code: PluginCode };

/** Reads and checks all that `create` sends, before anything is sent. @throws Failure */
export async function readDeployable(projectRoot: string, stateDirectory: string): Promise<Deployable> {
  const file = await readPluginFile(projectRoot);
  const isZip = file.deploymentPackageType === 'ZIP';
  return { file, code: isZip ? await makeZip(projectRoot) : await readImage(stateDirectory) };
}

export async function makeZip(projectRoot: string): Promise<PluginCode> {
  return { zip: new Uint8Array(await readFile(await zip(await bundle(projectRoot)))) };
}

async function readImage(stateDirectory: string): Promise<PluginCode> {
  const image = await readPushedImage(stateDirectory);
  if (image) return { imageTag: image.imageTag };
  throw new Failure({
    code: 'NO_IMAGE_PUSHED',
    exitCode: EXIT.usage,
    message: 'No image has been pushed from here yet',
    cure: 'Push one first: npx biot-plugin build-and-push',
  });
}
