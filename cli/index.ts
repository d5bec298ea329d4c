import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../deploy/failure.ts';
import { COMMANDS } from './commands.ts';

/** Runs the command that was typed. The command line is part of the project that it works on. */
export async function main(projectRoot: string): Promise<void> {
  process.stdout.on('error', endQuietly);
  process.stderr.on('error', () => undefined); // a terminal that was closed: what goes on ends in order all the same
  const program = new Command('biot-plugin')
    .description('Package, deploy and try a BioT plugin')
    .version(readVersion(projectRoot), '--version', 'print the version')
    .showHelpAfterError()
    .exitOverride(({ exitCode, code, message }) => {
      if (exitCode === 0) process.exit(0);
      const error = { code, message, cure: 'See npx biot-plugin --help', exitCode: EXIT.usage };
      if (process.argv.includes('--json'))
        process.stdout.write(`${JSON.stringify({ error })}
`);
      process.exit(EXIT.usage);
    });
  for (const { usage, summary, load } of COMMANDS) {
    if (isNeeded(usage)) (await load())({ program, projectRoot, usage, summary });
    else program.command(usage).summary(summary).option('--json'); // as each has options the list says [options]
  }
  await program.parseAsync();
}

/** Is it the command that was typed, or asked about? Completion tells of all. */
function isNeeded(usage: string): boolean {
  const [name = ''] = usage.split(' ');
  return process.argv.includes(name) || process.argv.includes('completion');
}

const readVersion = (projectRoot: string): string =>
  JSON.parse(readFileSync(join(projectRoot, 'cli/package.json'), 'utf8')).version;

/** The reader of a pipe has all it wanted, like `head`, or the terminal was closed. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  process.exit();
}
