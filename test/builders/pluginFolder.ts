import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project.ts';

export const MINIMAL = { name: 'a-plugin', displayName: 'A plugin', version: 1 };

export type PluginFolder = {
  path: string;
  /** Text as it is, all else as JSON. */
  write(name: string, content: unknown): void;
};

/** A folder with this project's plugin.schema.json and files of one's own. Removed after the suite. */
export function createPluginFolder(): PluginFolder {
  const path = mkdtempSync(join(tmpdir(), 'biot-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  copyFileSync(join(PROJECT_ROOT, 'plugin.schema.json'), join(path, 'plugin.schema.json'));
  return {
    path,
    write: (name, content) =>
      writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content)),
  };
}
