import { bringImage } from './bringImage.ts';
import { NOTHING_CHANGED } from './buildAndPush.ts';
import { EXIT, Failure } from './failure.ts';
import type { ReleasedCode } from './findCode.ts';
import { goneRelease } from './goneRelease.ts';
import { type ListedRelease, listReleases } from './listReleases.ts';
import type { Place } from './place.ts';
import { planRollback } from './planRollback.ts';
import { createPluginApi, type Plugin, type PluginCode } from './pluginApi.ts';
import { readPluginIdentity } from './pluginFile.ts';
import { type Release, secretsOf } from './releases.ts';
import { sendAndRecord } from './sendAndRecord.ts';
import { readZip } from './zipShelf.ts';

/** `secrets` are the variables whose values are never shown. */
export type Rollback = { plugin: Plugin; target: Release; secrets: ReadonlySet<string> };

/** Runs the code of an earlier release again, as a new version; all else stays. By default the one before. @throws Failure */
export async function rollBack(place: Place, wanted: string | undefined): Promise<Rollback> {
  const finding = { title: 'Finding the release', ifInterrupted: NOTHING_CHANGED };
  const found = await place.steps.run(finding, () => findTarget(place, wanted));
  const { current, last, target, secrets } = found;
  const { code, released } = await findCodeOf(place, target);

  const { isCurrent, ...repeated } = target;
  const { plugin } = await sendAndRecord(place, {
    title: `Rolling ${target.plugin} back to ${target.version}`,
    api: createPluginApi(place.biot),
    plan: planRollback(current),
    name: target.plugin,
    current,
    code,
    secrets,
    toRelease: async ({ version, creationTime }) => ({
      ...repeated,
      ...released,
      version,
      config: last.config, // what was set beside the code stays
      pluginCreatedAt: String(creationTime),
      rollbackOf: target.version,
      createdAt: new Date().toISOString(),
    }),
  });
  return { plugin, target, secrets };
}

type Target = {
  current: Plugin;
  last: Release;
  target: ListedRelease;
  secrets: ReadonlySet<string>;
};

async function findTarget(place: Place, wanted: string | undefined): Promise<Target> {
  const { name, referring } = await readPluginIdentity(place.projectRoot, place.environmentName);
  const { current, releases } = await listReleases(place, name);
  if (!current) throw noPlugin(name);
  const at = releases.findIndex(({ isCurrent }) => isCurrent);
  const target =
    wanted === undefined
      ? releases[at + 1] // newest first, and the newest when BioT has none of them
      : releases.find((release) => isNamed(release, wanted));
  const last = releases.find(({ pluginCreatedAt }) => pluginCreatedAt === current.creationTime) ?? target;
  if (!target || !last) throw unknownRelease(wanted, releases);
  if (target.deploymentPackageType !== current.deploymentPackageType) throw otherType(target, current);
  if (at === -1) place.say(`The code of version ${current.version}, which was not deployed from here, goes.`);
  return { current, last, target, secrets: new Set([...referring, ...secretsOf(releases)]) };
}

/** By its version, of which the newest counts, or by what its code is called: tag or digest. */
const isNamed = ({ version, imageTag, digest }: Release, wanted: string): boolean =>
  [String(version), imageTag, digest, digest.slice('sha256:'.length, LISTED_DIGEST)].includes(
    wanted.replace(/^v(?=\d)/, ''),
  );

/** As far as `releases` shows the digest of a ZIP. */
const LISTED_DIGEST = 19;

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
