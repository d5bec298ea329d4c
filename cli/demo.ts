import { dirname } from 'node:path';
import { EXIT } from '../deploy/failure.ts';
import { runDemo } from './demo/runDemo.ts';

process.exitCode = await runDemo({
  projectRoot: dirname(import.meta.dirname),
  isJson: process.argv.includes('--json'),
  env: process.env,
});
// What an interrupted step has left running is not waited for.
if (process.exitCode === EXIT.interrupted) process.exit();
