import { dirname } from 'node:path';
import { runDemo } from './demo/runDemo.ts';

process.exitCode = await runDemo({
  projectRoot: dirname(import.meta.dirname),
  isJson: process.argv.includes('--json'),
  env: process.env,
});
