import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createEnvironment, type Environment } from '../../emulator/lambda/environment.ts';
import type { Outcome } from '../../emulator/lambda/outcome.ts';
import { prepareZip } from '../../emulator/lambda/processLauncher.ts';
import { PROJECT_ROOT } from './project.ts';
import { zipOf } from './zip.ts';

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Plugin-example';
export const REQUEST_ID = '6f9c1a52-0c5e-4f0e-9b59-0d4a1b2c3d4e';
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

const SMALL_CLIENT = join(PROJECT_ROOT, 'emulator/lambda/runtimeClient.mjs');
const AWS_CLIENT = join(PROJECT_ROOT, 'node_modules/aws-lambda-ric');

/** The programs that can run a handler, by name; AWS's only where it could be built. */
export const runtimeClients: [name: string, path: string][] = [
  ['the small client', SMALL_CLIENT],
  ...(existsSync(join(AWS_CLIENT, 'rapid-client.node'))
    ? [['aws-lambda-ric', join(AWS_CLIENT, 'index.mjs')] as [string, string]]
    : []),
];

export type TestEnvironment = Environment & {
  /** With the ids above, unless others are named. */
  send(event?: unknown, requestId?: string): Promise<Outcome>;
  /** All lines so far, with whose they are. */
  lines: { text: string; source: 'function' | 'lambda'; requestId?: string; traceId?: string }[];
  texts(source?: 'function' | 'lambda'): string[];
  end(): Promise<void>;
};

export type EnvironmentSettings = {
  /** Seconds; null for none. */
  timeout?: number | null;
  runtimeClient?: string;
  handler?: string;
  variables?: Record<string, string>;
};

/** One environment with a function of this code, as a process. */
export async function startTestEnvironment(
  code: string | Record<string, string>,
  settings: EnvironmentSettings = {},
): Promise<TestEnvironment> {
  const { timeout = 10, runtimeClient = SMALL_CLIENT, handler, variables } = settings;
  const files = typeof code === 'string' ? { 'index.js': code } : code;
  const prepared = await prepareZip(zipOf(files), { runtimeClient, nodeArguments: [] });
  const lines: TestEnvironment['lines'] = [];
  let ids = {};
  const write = (source: 'function' | 'lambda') => (text: string) =>
    void lines.push({ text, source, ...ids });
  const environment = createEnvironment({
    sandbox: prepared.createSandbox({
      limits: { memorySize: 128, ephemeralStorage: 512 },
      variables: (runtimeApi) => ({
        ...FUNCTION_VARIABLES,
        _HANDLER: handler ?? 'index.handler',
        ...variables,
        AWS_LAMBDA_RUNTIME_API: runtimeApi,
      }),
      onLine: write('function'),
    }),
    listenAddress: prepared.listenAddress,
    functionArn: FUNCTION_ARN,
    timeout: timeout ?? undefined,
    memorySize: 128,
    onLine: write('lambda'),
    onIds: (next) => {
      ids = next;
    },
  });
  return {
    ...environment,
    lines,
    send: (event = {}, requestId = REQUEST_ID) =>
      environment.invoke(JSON.stringify(event), { requestId, traceId: TRACE_ID }),
    texts: (source) =>
      lines.filter((line) => source === undefined || line.source === source).map(({ text }) => text),
    async end() {
      await environment.close();
      await prepared.dispose();
    },
  };
}

export const FUNCTION_VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'Plugin-example',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Plugin-example',
  AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${randomUUID().replaceAll('-', '')}`,
};

/** Code of a handler with this body, of `event` and `context`. */
export const handlerOf = (body: string): string => `exports.handler = async (event, context) => { ${body} };`;
