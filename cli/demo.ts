import { dirname } from 'node:path';
import { EXIT } from '../deploy/failure.ts';
import { runDemo } from './demo/runDemo.ts';

if (process.argv.includes('--help')) {
  process.stdout.write(
    'Usage: npm run demo [-- --json]\nThe whole journey against a local BioT. REQUIRE_DOCKER=1: not without an image.\n',
  );
  process.exit();
}
process.exitCode = await runDemo({
  projectRoot: dirname(import.meta.dirname),
  isJson: process.argv.includes('--json'),
  env: process.env,
});
// What an interrupted step has left running is not waited for.
if (process.exitCode === EXIT.interrupted) process.exit();
