// A small client of Lambda's Runtime API, for where aws-lambda-ric could not be built. It runs a ZIP's handler only.

import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const [, module, name] = /^([^.]*)\.(.*)$/.exec(process.env._HANDLER) ?? [];
const API = '/2018-06-01/runtime';

function call(method, path, body) {
  return new Promise((done, fail) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ host, port, method, path: API + path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => done({ headers: answer.headers, text }));
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

const toErrorBody = (error) =>
  JSON.stringify({
    errorType: error instanceof Error ? error.name : typeof error,
    errorMessage: error instanceof Error ? error.message : String(error),
    trace: error instanceof Error ? String(error.stack).split('\n') : [],
  });

async function loadHandler() {
  try {
    const base = resolve(process.env.LAMBDA_TASK_ROOT, module);
    const file = ['.js', '.mjs', '.cjs'].map((ending) => base + ending).find((path) => existsSync(path));
    const loaded = await import(pathToFileURL(file ?? `${base}.js`).href);
    const read = (from) => name.split('.').reduce((value, part) => value?.[part], from);
    const handler = read(loaded) ?? read(loaded.default);
    if (typeof handler === 'function') return handler;
    throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  } catch (error) {
    await call('POST', '/init/error', toErrorBody(error));
    throw error;
  }
}

const handler = await loadHandler();
for (;;) {
  const { headers, text } = await call('GET', '/invocation/next');
  const awsRequestId = headers['lambda-runtime-aws-request-id'];
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const context = {
    awsRequestId,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(text), context);
    await call('POST', `/invocation/${awsRequestId}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await call('POST', `/invocation/${awsRequestId}/error`, toErrorBody(error));
  }
}
