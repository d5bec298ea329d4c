import { bringImage } from './bringImage.ts';
import { NOTHING_CHANGED } from './buildAndPush.ts';
import { LOOK, writeRelease } from './deploy.ts';
import { EXIT, Failure } from './failure.ts';
import type { ReleasedCode } from './findCode.ts';
import { goneRelease } from './goneRelease.ts';
import { type ListedRelease, listReleases } from './listReleases.ts';
import type { Place } from './place.ts';
import { planRollback } from './planRollback.ts';
import { createPluginApi, type Plugin, type PluginCode } from './pluginApi.ts';
import { readPluginFile } from './pluginFile.ts';
import type { Release } from './releases.ts';
import { sendPlugin } from './sendPlugin.ts';
import { readZip } from './zipShelf.ts';

export type Rollback = { plugin: Plugin; target: Release; release: Release };

/** Runs the code of an earlier release again, as a new version; all else stays. By default the one before. @throws Failure */
export async function rollBack(place: Place, wanted: string | undefined): Promise<Rollback> {
  const { steps } = place;
  const finding = { title: 'Finding the release', ifInterrupted: NOTHING_CHANGED };
  const { current, last, target } = await steps.run(finding, () => findTarget(place, wanted));
  const { code, released } = await findCodeOf(place, target);

  const plan = planRollback(current);
  const sending = { title: `Rolling ${target.plugin} back to ${target.version}`, ifInterrupted: LOOK };
  const api = createPluginApi(place.biot);
  const plugin = await steps.run(sending, (show) =>
    sendPlugin({ api, plan, name: target.plugin, current, code, onRetry: (line) => show(`${line}\n`) }),
  );
  const release: Release = {
    ...target,
    ...released,
    version: plugin.version,
    config: last.config, // what was set beside the code stays
    pluginCreatedAt: String(plugin.creationTime),
    rollbackOf: target.version,
    createdAt: new Date().toISOString(),
  };
  await writeRelease(place, release);
  return { plugin, target, release };
}

type Target = { current: Plugin; last: Release; target: ListedRelease };

async function findTarget(place: Place, wanted: string | undefined): Promise<Target> {
  const { name } = await readPluginFile(place.projectRoot, place.environmentName);
  const { current, releases } = await listReleases(place, name);
  if (!current) throw noPlugin(name);
  const at = releases.findIndex(({ isCurrent }) => isCurrent);
  const target =
    wanted === undefined
      ? releases[at + 1] // newest first, and the newest when BioT has none of them
      : releases.find(({ version }) => String(version) === wanted.replace(/^v/, ''));
  const last = releases.find(({ pluginCreatedAt }) => pluginCreatedAt === current.creationTime) ?? target;
  if (!target || !last) throw unknownRelease(wanted, releases);
  if (target.deploymentPackageType !== current.deploymentPackageType) throw otherType(target, current);
  return { current, last, target };
}

async function findCodeOf(
  place: Place,
  target: Release,
): Promise<{ code: PluginCode; released: Partial<ReleasedCode> }> {
  if (target.deploymentPackageType === 'IMAGE') {
    const image = await bringImage(place, target);
    return { code: { imageTag: image.imageTag }, released: image };
  }
  const zip = await readZip(place.stateDirectory, target.digest);
  if (zip) return { code: { zip }, released: {} };
  throw goneRelease(target, 'its ZIP is not kept here any more');
}

const noPlugin = (name: string) =>
  new Failure({
    code: 'PLUGIN_NOT_FOUND',
    exitCode: EXIT.failed,
    message: `BioT has no plugin ${name}, so there is nothing to roll back`,
    cure: 'Create it: npx biot-plugin deploy.',
  });

function unknownRelease(wanted: string | undefined, releases: ListedRelease[]): Failure {
  const known = releases.map(({ version }) => version).join(', ');
  return new Failure({
    code: 'UNKNOWN_RELEASE',
    exitCode: EXIT.usage,
    message:
      wanted === undefined
        ? 'There is no earlier release from here'
        : `There is no release ${wanted} from here`,
    cure: known
      ? `From here: ${known}. See npx biot-plugin releases.`
      : 'Nothing has been deployed from here yet.',
  });
}

const otherType = (target: Release, current: Plugin) =>
  new Failure({
    code: 'PACKAGE_TYPE_FIXED',
    exitCode: EXIT.conflict,
    message: `Release ${target.version} is a ${target.deploymentPackageType}, and BioT has the plugin as ${current.deploymentPackageType}, which cannot change`,
    cure: 'Choose a release of the same type: npx biot-plugin releases.',
  });
