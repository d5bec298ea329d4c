import { Command } from 'commander';
import { EXIT } from '../deploy/failure.ts';
import { addBuildAndPush } from './buildAndPush.ts';
import { addCreate } from './create.ts';
import { addDelete } from './delete.ts';
import { addEmulator } from './emulator.ts';
import { addFaults } from './faults.ts';
import { addGet } from './get.ts';
import { addLogin } from './login.ts';
import { addLogs } from './logs.ts';
import { addRecord } from './record.ts';
import { addReplay } from './replay.ts';
import { addTrace } from './trace.ts';
import { addTrigger } from './trigger.ts';

const COMMANDS = [
  addLogin,
  addBuildAndPush,
  addCreate,
  addGet,
  addDelete,
  addEmulator,
  addTrigger,
  addFaults,
  addLogs,
  addRecord,
  addReplay,
  addTrace,
];

/** Runs the command that was typed. The command line is part of the project that it works on. */
export async function main(projectRoot: string): Promise<void> {
  process.stdout.on('error', endQuietly);
  const program = new Command('biot-plugin')
    .description('Package, deploy and try a BioT plugin')
    .showHelpAfterError()
    .exitOverride(({ exitCode, code, message }) => {
      if (exitCode === 0) process.exit(0);
      const error = { code, message, cure: 'See npx biot-plugin --help', exitCode: EXIT.usage };
      if (process.argv.includes('--json'))
        process.stdout.write(`${JSON.stringify({ error })}
`);
      process.exit(EXIT.usage);
    });
  for (const add of COMMANDS) add({ program, projectRoot });
  await program.parseAsync();
}

/** The reader of a pipe has all it wanted, like `head`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}
