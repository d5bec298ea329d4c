import { isOwnTag, toBuildTag } from './createTag.ts';
import type { Docker } from './docker.ts';

/** A rollback finds these without a registry. */
const KEPT = 3;

/**
 * Takes our tags but for the last ones off the images here, as each push leaves one. Tags that a person chose stay, and
 * so does what a container uses. That something could not be removed is no failure of the push.
 */
export async function removeOldTags(docker: Docker, repositoryUri: string): Promise<void> {
  const { stdout } = await docker.run(['image', 'ls', '--format', '{{.Tag}}', repositoryUri]);
  const tags = stdout.split('\n').map((line) => line.trim());
  const old = [...new Set(tags)].filter(isOwnTag).sort().slice(0, -KEPT); // they begin with the time
  const all = old.flatMap((tag) => [tag, toBuildTag(tag)]).filter((tag) => tags.includes(tag));
  if (all.length > 0) await docker.run(['rmi', ...all.map((tag) => `${repositoryUri}:${tag}`)]);
}
