import { randomUUID } from 'node:crypto';
import { lastLineOf, PLATFORM } from '../docker.ts';
import { type ProgramResult, runProgram } from '../runProgram.ts';
import { LAMBDA_USER, RUNTIME_ROOT, TASK_ROOT } from './access.ts';
import type { Finding } from './finding.ts';
import { RESOLVE_HANDLER } from './resolveHandler.ts';
import { type Answer, toHandlerFindings } from './toHandlerFindings.ts';

export type RunHandlerOptions = {
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  imageId: string;
  node: string;
  handler: string;
  /** Where its file is looked for. */
  root: string;
  /** How long the import may take, the start of the container included. */
  limitMs?: number;
};

/** Lambda gives 10 s; another processor's programs run several times slower here. */
const LIMIT_MS = 30_000;
/** More than that is printed by a loop. */
const MAX_OUTPUT_LENGTH = 16 * 1024 * 1024;

/** What Lambda and BioT set. A plugin may read them while it is imported, so they are there, with no use. */
const VARIABLES = [
  `LAMBDA_TASK_ROOT=${TASK_ROOT}`,
  `LAMBDA_RUNTIME_DIR=${RUNTIME_ROOT}`,
  'AWS_LAMBDA_FUNCTION_NAME=check-image',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512',
  'AWS_LAMBDA_FUNCTION_VERSION=$LATEST',
  'AWS_EXECUTION_ENV=AWS_Lambda_Image',
  'AWS_REGION=eu-central-1',
  'BIOT_BASE_URL=https://biot.invalid',
  'BIOT_SERVICE_USER_ID=00000000-0000-0000-0000-000000000000',
  'BIOT_SERVICE_USER_SECRET_KEY=none',
].flatMap((variable) => ['--env', variable]);

/** As Lambda does it: no right to write or to change, and here no network at all. */
const ISOLATION = [
  ...['--platform', PLATFORM, '--network', 'none', '--read-only', '--tmpfs', '/tmp'],
  ...['--user', `${LAMBDA_USER.uid}:${LAMBDA_USER.gid}`, '--memory', '512m', '--pids-limit', '256'],
  ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--log-driver', 'none'], // or all that it prints would lie on the engine's disk
];

/** Imports the handler in the image as Lambda's user, and looks what it is. The plugin itself is not called. */
export async function runHandler(options: RunHandlerOptions): Promise<Finding[]> {
  const { env, signal, imageId, node, handler, root, limitMs = LIMIT_MS } = options;
  const name = `biot-check-image-${randomUUID()}`;
  const mark = `${randomUUID()} `;
  const limit = AbortSignal.timeout(limitMs);
  const flood = createFlood();
  const command = ['--input-type=module', '--eval', RESOLVE_HANDLER, handler, root, mark];
  const args = ['--rm', '--name', name, ...ISOLATION, ...VARIABLES, '--env', `_HANDLER=${handler}`];
  try {
    const result = await runProgram('docker', ['run', ...args, '--entrypoint', node, imageId, ...command], {
      env,
      signal: AbortSignal.any([limit, flood.signal, ...(signal ? [signal] : [])]),
      onOutput: flood.count,
    });
    if (flood.signal.aborted) return toHandlerFindings(handler, { isFlooding: true });
    return toHandlerFindings(handler, limit.aborted ? { isOverdue: true } : readAnswer(result, mark));
  } finally {
    // It is gone by itself but after an interruption, when docker's command line ends and the container does not.
    await runProgram('docker', ['rm', '--force', name], { env });
  }
}

/** Ends what prints without an end. */
function createFlood(): { signal: AbortSignal; count(text: string): void } {
  const ending = new AbortController();
  let length = 0;
  return {
    signal: ending.signal,
    count(text) {
      length += text.length;
      if (length > MAX_OUTPUT_LENGTH) ending.abort();
    },
  };
}

function readAnswer({ code, stdout, stderr }: ProgramResult, mark: string): Answer {
  const line = stdout.split('\n').find((text) => text.startsWith(mark));
  return line
    ? (JSON.parse(line.slice(mark.length)) as Answer)
    : { exitCode: code, lastLine: lastLineOf(stderr) };
}
