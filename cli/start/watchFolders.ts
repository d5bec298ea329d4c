import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

export type FolderWatch = {
  /** From now on these folders, without those below them, are watched. */
  follow(folders: Iterable<string>): void;
  close(): void;
};

/**
 * Tells of each file that appears, changes or goes in a folder. Folders are watched and not files, because many editors
 * write a new file and move it over the old one; what watches the old one would see nothing from then on.
 */
export function watchFolders(onChange: (path: string) => void): FolderWatch {
  let watchers: FSWatcher[] = [];
  const open = (folder: string): FSWatcher[] => {
    try {
      const watcher = watch(folder, (_event, name) => onChange(join(folder, name ?? '')));
      return [watcher.on('error', () => onChange(folder))];
    } catch {
      return []; // gone already: its parent is watched too
    }
  };
  const closeAll = (): void => {
    for (const watcher of watchers.splice(0)) watcher.close();
  };
  return {
    // A folder that was replaced has its old name, so all are opened anew; first, so that nothing is missed between.
    follow(folders) {
      const opened = [...new Set(folders)].flatMap(open);
      closeAll();
      watchers = opened;
    },
    close: closeAll,
  };
}
