import type { Docker } from '../docker.ts';
import { checkAccess } from './checkAccess.ts';
import { checkEntryPoint } from './checkEntryPoint.ts';
import { checkHandler, findRoot } from './checkHandler.ts';
import { checkPlatform } from './checkPlatform.ts';
import { checkPrograms } from './checkPrograms.ts';
import { checkSecrets } from './checkSecrets.ts';
import { checkSize } from './checkSize.ts';
import { checkVariables } from './checkVariables.ts';
import { findHandler, type Handler } from './findHandler.ts';
import type { Finding } from './finding.ts';
import { type InspectedImage, inspectImage } from './inspectImage.ts';
import { limitFindings } from './limitFindings.ts';
import { type Files, mergeLayers } from './mergeLayers.ts';
import { readImage } from './readImage.ts';
import { runHandler } from './runHandler.ts';

export type CheckImageOptions = {
  docker: Docker;
  /** The process's own, for docker. */
  env: NodeJS.ProcessEnv;
  reference: string;
  signal?: AbortSignal | undefined;
};

/** `sizeBytes`: of all layers, unpacked. */
export type CheckedImage = { imageId: string; sizeBytes: number; findings: Finding[] };

/** Will Lambda take this image? What speaks against it. @throws Failure when it is not here or cannot be read */
export async function checkImage(options: CheckImageOptions): Promise<Finding[]> {
  return (await examineImage(options)).findings;
}

/** The same, with what was examined. @throws Failure */
export async function examineImage({ docker, ...options }: CheckImageOptions): Promise<CheckedImage> {
  const inspected = await inspectImage(docker, options.reference);
  const { layers, manifests } = await readImage(options);
  const files = mergeLayers(layers);
  const config = inspected.Config ?? {};
  const handler = findHandler(config, files);
  const sizeBytes = layers.flat().reduce((sum, entry) => sum + entry.sizeBytes, 0);

  const needed = [
    ...checkPlatform(inspected, manifests),
    ...checkEntryPoint(config, files),
    ...checkHandler(handler, files, config),
    ...checkAccess(files, config),
  ];
  const findings = [
    ...needed,
    ...(await tryHandler({ handler, files, needed, inspected }, options)),
    ...checkPrograms(files),
    ...checkSize({ sizeBytes, layerCount: layers.length }),
    ...checkSecrets(layers, files),
    ...checkVariables(config),
  ];
  return { imageId: inspected.Id, sizeBytes, findings: limitFindings(findings) };
}

type Examined = { handler: Handler; files: Files; needed: Finding[]; inspected: InspectedImage };
type RunOptions = Pick<CheckImageOptions, 'env' | 'signal'>;

/** Only where nothing is wrong already: what cannot start would only fail once more. */
async function tryHandler(
  { handler: { name, node, language }, files, needed, inspected }: Examined,
  { env, signal }: RunOptions,
): Promise<Finding[]> {
  const isRefused = needed.some(({ severity }) => severity === 'error');
  if (isRefused || !name || !node || language === 'python') return [];
  const root = findRoot(name, files, inspected.Config ?? {});
  if (!root) return []; // a program of its own, whose CMD may be anything
  return runHandler({ env, imageId: inspected.Id, node, root, handler: name, ...(signal && { signal }) });
}
