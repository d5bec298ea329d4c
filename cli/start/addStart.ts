import { addCommand, type CommandLine } from '../addCommand.ts';
import { createSeed } from '../createSeed.ts';
import { EMULATOR_FLAGS, explainStart, toEmulatorOptions, toPort, waitForEnd } from '../emulator.ts';
import { develop } from './develop.ts';
import { createTerminal } from './terminal.ts';

const INSPECT_PORT = '9229';

/** `npm start`: not one of `biot-plugin`'s, as it is about the project's own source. */
export function addStart(cli: CommandLine): void {
  addCommand(cli, {
    example: 'npm start -- --inspect',
    options: [
      ...EMULATOR_FLAGS,
      ['--inspect [port]', `let a debugger attach to the plugin (default: ${INSPECT_PORT})`],
    ],
    isLongLived: true,
    async run({ projectRoot, isJson, env, show, signal }, _args, { inspect, ...flags }) {
      const ended = waitForEnd(signal);
      const inspectPort =
        inspect && toPort('--inspect', typeof inspect === 'string' ? inspect : INSPECT_PORT);
      const terminal = createTerminal({ isJson, isColoured: Boolean(process.stderr.isTTY && !env.NO_COLOR) });
      const seed = createSeed({ projectRoot, env, signal, onOutput: show });
      const options = { ...toEmulatorOptions({ ...flags, launcher: 'process' }), projectRoot, seed };
      const development = await develop({
        ...options,
        ...(inspectPort && { inspectPort }),
        terminal,
        env,
      }).catch(explainStart);
      await ended;
      await development.close();
      return undefined;
    },
  });
}
