import { type Place, toReleaseKey } from './place.ts';
import { createPluginApi, type Plugin } from './pluginApi.ts';
import { type Release, readReleases } from './releases.ts';

/** `isCurrent`: BioT has it now. */
export type ListedRelease = Release & { isCurrent: boolean };

export type ReleaseList = { current: Plugin | undefined; releases: ListedRelease[] };

/** What was deployed from here, newest first, each version once: as it was deployed last. @throws Failure */
export async function listReleases(place: Place, name: string): Promise<ReleaseList> {
  const [current, all] = await Promise.all([
    createPluginApi(place.biot).find(name),
    readReleases(place.stateDirectory, toReleaseKey(place, name)),
  ]);
  const byVersion = new Map<string, Release>();
  for (const release of all.reverse()) {
    const key = `${release.pluginCreatedAt} ${release.version}`;
    if (!byVersion.has(key)) byVersion.set(key, release);
  }
  const releases = [...byVersion.values()].map((release) => ({
    ...release,
    isCurrent: current?.version === release.version && current.creationTime === release.pluginCreatedAt,
  }));
  return { current, releases };
}
