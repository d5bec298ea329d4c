import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FUNCTION_VARIABLES } from './environment.ts';
import { makeFolder } from './folder.ts';

const PATIENCE_MS = 10_000;

/** What `/next` is answered with: an event's text; a refusal with its status; or nothing, by a server that is gone. */
export type Next = { event: string } | { status: number } | 'gone';

export type Ended = {
  exitCode: number | null;
  output: string;
  /** What the function answered to each event, with the path that it was posted to. */
  posted: { path: string; body: string }[];
};

/** Runs a function, whose client is answered by this script, until the process ends; with no exit code if it does not. */
export async function runUnderScript(options: {
  files: Record<string, string>;
  runtimeClient: string;
  variables: Record<string, string>;
  script: Next[];
}): Promise<Ended> {
  const { files, runtimeClient, variables, script } = options;
  const posted: Ended['posted'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.url?.endsWith('/next')) return answerNext(response, script.shift() ?? 'gone');
    posted.push({ path: request.url ?? '', body });
    response.writeHead(202).end('{"status":"OK"}\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const env = {
    ...FUNCTION_VARIABLES,
    ...{ _HANDLER: 'index.handler', LAMBDA_TASK_ROOT: makeFolder(files), ...variables },
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const child = spawn(process.execPath, [runtimeClient], {
    ...{ env, timeout: PATIENCE_MS },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(String(chunk)));
  const [exitCode] = await once(child, 'close');
  server.close();
  server.closeAllConnections();
  return { exitCode, output: chunks.join(''), posted };

  function answerNext(answer: ServerResponse, next: Next): void {
    if (next === 'gone') {
      server.close();
      server.closeAllConnections();
    } else if ('status' in next)
      answer.writeHead(next.status, { 'content-type': 'application/json' }).end('{}');
    else answer.writeHead(200, headersOf(`r-${posted.length + 1}`)).end(next.event);
  }
}

const headersOf = (requestId: string) => ({
  'content-type': 'application/json',
  'lambda-runtime-aws-request-id': requestId,
  'lambda-runtime-deadline-ms': String(Date.now() + 10_000),
  'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:Plugin-example',
});
