import type { ListedRelease } from '../deploy/listReleases.ts';
import { readPluginIdentity } from '../deploy/pluginFile.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { toColumns } from './toColumns.ts';
import { toPlace } from './toPlace.ts';

export function addReleases(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin releases --json',
    async run(session) {
      const { listReleases } = await import('../deploy/listReleases.ts');
      const { name } = await readPluginIdentity(session.projectRoot, session.environmentName);
      const { current, releases } = await listReleases(toPlace(session), name);
      if (current && !releases.some(({ isCurrent }) => isCurrent))
        session.say(`BioT has version ${current.version}, which was not deployed from here.`);
      if (releases.length > 1) session.say('Next: npx biot-plugin rollback');
      return { text: toText(releases, current?.creationTime), json: releases.map(toRow) };
    },
  });
}

/** Without the hashes, which only the plan needs. */
const toRow = ({ config, ...release }: ListedRelease) => ({ ...release, configHash: config.hash });

/** `createdAt` is when BioT's plugin was; those of one that was deleted since may have the same numbers. */
function toText(releases: ListedRelease[], createdAt: unknown): string {
  if (releases.length === 0) return 'Nothing has been deployed from here yet';
  return toColumns([
    ['RELEASE', 'CODE', 'COMMIT', 'DEPLOYED', 'NOTE'],
    ...releases.map((release) => [
      `${release.version}${release.isCurrent ? ' *' : ''}`,
      release.imageTag ?? `ZIP ${release.digest.slice(7, 19)}`,
      `${release.gitCommit?.slice(0, 8) ?? '–'}${release.isDirty ? ' + changes' : ''}`,
      release.createdAt,
      toNote(release, createdAt),
    ]),
  ]);
}

function toNote({ rollbackOf, pluginCreatedAt }: ListedRelease, createdAt: unknown): string {
  const notes = [
    rollbackOf !== undefined && `the code of ${rollbackOf}`,
    createdAt !== undefined && createdAt !== pluginCreatedAt && 'of the plugin that was deleted',
  ];
  return notes.filter(Boolean).join(', ');
}
