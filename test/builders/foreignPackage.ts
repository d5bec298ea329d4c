import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type ForeignPackage = {
  name: string;
  version?: string;
  license?: string;
  /** By their names, beside package.json and index.js. */
  files?: Record<string, string>;
};

/** Puts a package into a copy of the project, whose scheduled run then imports it. */
export function addPackage(projectRoot: string, { name, files = {}, ...manifest }: ForeignPackage): void {
  const folder = join(projectRoot, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const all = {
    'package.json': JSON.stringify({ name, version: '1.0.0', ...manifest }),
    'index.js': `exports.mark = ${JSON.stringify(`code of ${name}`)};\n`,
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  appendFileSync(join(projectRoot, 'src/nonspecific/perform.ts'), `import ${JSON.stringify(name)};\n`);
}
