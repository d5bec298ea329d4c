import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { InspectedImage } from './checkImage/inspectImage.ts';
import { toBuildTag } from './createTag.ts';
import type { Docker } from './docker.ts';

export type TimedImage = InspectedImage & {
  Created?: string;
  RootFS?: { Layers?: string[] };
  Parent?: string;
};

/** What an image says of how it is run. */
type RunConfig = Record<string, unknown>;
const RUN_FIELDS = [
  ...['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Volumes', 'WorkingDir', 'Labels', 'StopSignal'],
  ...['Healthcheck', 'Shell', 'OnBuild', 'ArgsEscaped', 'StopTimeout'],
];
/** Of no build: an image made of the same files is the same image then. */
const CREATED = '1970-01-01T00:00:00Z';

/**
 * Takes out of an image what only tells of its build: its times, and the containers and images that the classic builder
 * made on the way. So the same files have one digest, whenever they were built. The layers stay as they are. An engine
 * that does not take such an image (one that keeps images in containerd) keeps the one it has.
 */
export async function settleImage(docker: Docker, reference: string, built: TimedImage): Promise<void> {
  if (docker.isPodman || built.Descriptor || new Date(built.Created ?? '').getTime() === 0) return;
  const config = toConfig(built);
  const layers = config.rootfs.diff_ids.map((id) => `${id.replace(':', '-')}.tar`);
  const manifest = [{ Config: 'config.json', RepoTags: [reference], Layers: layers }];
  // The engine has these layers, and so does not look for them in what it is given.
  const archive = await toArchive({ 'config.json': config, 'manifest.json': manifest });
  const { code } = await docker.runLoggedIn(['load', '--quiet'], { input: archive });
  if (code !== 0) return;
  // What was built has no name now. The classic builder finds in it, and in its parents, what it need not build again.
  await docker.run(built.Parent ? ['tag', built.Id, toBuildTag(reference)] : ['rmi', built.Id]);
}

const toConfig = ({ Architecture, Os, Config, RootFS }: TimedImage) => ({
  created: CREATED,
  architecture: Architecture,
  os: Os,
  config: toRunConfig({ ...Config }),
  rootfs: { type: 'layers', diff_ids: RootFS?.Layers ?? [] },
  history: (RootFS?.Layers ?? []).map(() => ({ created: CREATED })),
});

const toRunConfig = (config: RunConfig): RunConfig =>
  Object.fromEntries(RUN_FIELDS.filter((name) => !isBlank(config[name])).map((name) => [name, config[name]]));

const isBlank = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0);

async function toArchive(documents: Record<string, unknown>): Promise<Buffer> {
  const tar = pack();
  for (const [name, value] of Object.entries(documents)) tar.entry({ name }, JSON.stringify(value));
  tar.finalize();
  return buffer(tar);
}
