import { createEmulatorApi, cureWith } from '../deploy/emulatorApi.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import type { Trace } from '../emulator/traces.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { type Paint, toWaterfall, widthOf } from './trace/toWaterfall.ts';

export function addTrace(cli: CommandLine): void {
  addCommand(cli, {
    description:
      'show an API call with its hooks, logs and notifications, in the local BioT; the last one by default',
    example: 'biot-plugin trace',
    async run({ settings, env }, [id]) {
      const api = createEmulatorApi(settings.baseUrl);
      const traceId = id ?? (await api.get<{ traceId: string }[]>('/emulator/traces'))[0]?.traceId;
      if (traceId === undefined) throw noTrace();
      const trace = await api.get<Trace>(`/emulator/traces/${encodeURIComponent(traceId)}`).catch(WHICH_ID);
      const isColoured = process.stdout.isTTY === true && !env.NO_COLOR;
      return {
        text: toWaterfall(trace, { paint: isColoured ? inColour : plain, width: widthOf(process.stdout) }),
        json: trace,
      };
    },
  });
}

const WHICH_ID = cureWith({
  NOT_FOUND: 'The id is the second part of the traceparent header; without an id it is the last call.',
});

const CODES = { red: 31, green: 32, yellow: 33, dim: 2 };

const inColour: Paint = (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
const plain: Paint = (_colour, text) => text;

const noTrace = () =>
  new Failure({
    code: 'NO_TRACE',
    exitCode: EXIT.failed,
    message: 'The local BioT has seen no API call since it started',
    cure: 'Call one of its APIs, then run the command again.',
  });
