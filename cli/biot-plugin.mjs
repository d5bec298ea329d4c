#!/usr/bin/env node
// Node 24 runs TypeScript as it is. An older one, when it is first on the PATH, does so with ts-node.
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

async function load() {
  if (process.features.typescript) {
    module.enableCompileCache?.(join(dirname(import.meta.dirname), 'node_modules/.cache/biot-plugin'));
    return import('./index.ts');
  }
  const require = createRequire(import.meta.url);
  require('ts-node').register({ cwd: import.meta.dirname });
  return require('./index.ts');
}

const { main } = await load();
await main(dirname(import.meta.dirname));
