import type { ReleasedConfig } from '../releases.ts';
import type { SetBy } from './change.ts';
import { isSame } from './isSame.ts';

/** By whom BioT has what it has under `path`, when the last release had set `had` there and now it `has` this. */
export function findSetBy(
  last: ReleasedConfig | undefined,
  path: string,
  { had, has }: { had: unknown; has: unknown },
): SetBy {
  if (!last) return 'unknown';
  return last.left?.includes(path) || isSame(had, has) ? 'release' : 'elsewhere';
}
