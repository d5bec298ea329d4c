import { dirname } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../deploy/failure.ts';
import { addStart } from './start/addStart.ts';

const program = new Command('npm').showHelpAfterError().exitOverride(({ exitCode }) => {
  process.exit(exitCode === 0 ? 0 : EXIT.usage);
});
addStart({
  program,
  projectRoot: dirname(import.meta.dirname),
  usage: 'start',
  summary: 'run a local BioT and this plugin, which is swapped at each save, until Ctrl-C',
});
await program.parseAsync(['start', ...process.argv.slice(2)], { from: 'user' });
