import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export const PROJECT_ROOT = join(__dirname, '../..');

const LEFT_OUT = new Set(['.git', '.biot', 'dist', 'node_modules', 'test']);

/**
 * A copy of this project in a new folder, whose commands keep their state there and not here. Removed after the
 * suite, so it is made where suites are described.
 */
export function copyProject(name = 'a project'): string {
  const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, name); // a space, as in many a Windows path
  cpSync(PROJECT_ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  linkAll(join(PROJECT_ROOT, 'node_modules'), join(copy, 'node_modules'), ['.bin', 'biot-plugin']);
  linkAll(join(PROJECT_ROOT, 'node_modules/.bin'), join(copy, 'node_modules/.bin'), ['biot-plugin']);
  symlinkSync('../cli', join(copy, 'node_modules/biot-plugin'));
  symlinkSync('../biot-plugin/biot-plugin.mjs', join(copy, 'node_modules/.bin/biot-plugin'));
  return copy;
}

function linkAll(from: string, to: string, except: string[]): void {
  mkdirSync(to);
  const names = readdirSync(from).filter((name) => !except.includes(name));
  for (const name of names) symlinkSync(join(from, name), join(to, name));
}
