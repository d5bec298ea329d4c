import { posix } from 'node:path';
import type { DebianPackage } from './inspectBuild.ts';
import type { ContentFile } from './inspectContents.ts';

export type Owned = { packages: DebianPackage[]; others: ContentFile[] };

/**
 * Tells which packages an image's files are of, by what they hold: they may have been copied to another place. What
 * stands at its own place counts first, as many packages have the same file, like a licence.
 */
export function findOwners(files: ContentFile[], packages: DebianPackage[]): Owned {
  const byPath = new Map<string, DebianPackage>();
  const byName = new Map<string, DebianPackage | undefined>(); // undefined: of several
  for (const owner of packages)
    for (const file of owner.files) {
      const { atPlace, byItsName } = toKeys(file.slice(0, 32), file.slice(33));
      byPath.set(atPlace, owner);
      const isOthers = byName.has(byItsName) && byName.get(byItsName) !== owner;
      byName.set(byItsName, isOthers ? undefined : owner);
    }
  const ownerOf = ({ md5, path }: ContentFile) => {
    const { atPlace, byItsName } = toKeys(md5, path);
    return byPath.get(atPlace) ?? byName.get(byItsName);
  };
  const owners = new Set(files.map(ownerOf));
  return {
    packages: packages.filter((owner) => owners.has(owner)),
    others: files.filter((file) => !ownerOf(file)),
  };
}

/** `/lib` leads to `/usr/lib` in an image, and dpkg knows the one or the other. */
const toKeys = (md5: string, path: string) => ({
  atPlace: `${md5} ${path.replace(/^\/usr\//, '/')}`,
  byItsName: `${md5} ${posix.basename(path)}`,
});
