import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../deploy/failure.ts';
import { addActions } from './actions.ts';
import { addBuildAndPush } from './buildAndPush.ts';
import { addCheckImage } from './checkImage.ts';
import { addCompletion } from './completion.ts';
import { addCreate } from './create.ts';
import { addDelete } from './delete.ts';
import { addDeploy } from './deploy.ts';
import { addDoctor } from './doctor.ts';
import { addEmulator } from './emulator.ts';
import { addFaults } from './faults.ts';
import { addGet } from './get.ts';
import { addInterceptions } from './interceptions.ts';
import { addInvoke } from './invoke.ts';
import { addList } from './list.ts';
import { addLogin } from './login.ts';
import { addLogs } from './logs.ts';
import { addPlan } from './plan.ts';
import { addRecord } from './record.ts';
import { addReleases } from './releases.ts';
import { addReplay } from './replay.ts';
import { addRollback } from './rollback.ts';
import { addSubscribe } from './subscribe.ts';
import { addSubscriptions } from './subscriptions.ts';
import { addTrace } from './trace.ts';
import { addTrigger } from './trigger.ts';
import { addUnsubscribe } from './unsubscribe.ts';
import { addUpdate } from './update.ts';

const COMMANDS = [
  addLogin,
  addBuildAndPush,
  addCheckImage,
  addPlan,
  addDeploy,
  addReleases,
  addRollback,
  addCreate,
  addUpdate,
  addGet,
  addList,
  addDelete,
  addSubscribe,
  addUnsubscribe,
  addSubscriptions,
  addInterceptions,
  addActions,
  addInvoke,
  addDoctor,
  addEmulator,
  addTrigger,
  addFaults,
  addLogs,
  addRecord,
  addReplay,
  addTrace,
  addCompletion,
];

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
  for (const add of COMMANDS) add({ program, projectRoot });
  await program.parseAsync();
}

const readVersion = (projectRoot: string): string =>
  JSON.parse(readFileSync(join(projectRoot, 'cli/package.json'), 'utf8')).version;

/** The reader of a pipe has all it wanted, like `head`, or the terminal was closed. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  process.exit();
}
