// A small client of Lambda's Runtime API, for where aws-lambda-ric could not be built. It runs a ZIP's handler as that
// does, but for streamed responses.

import { Agent, request } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { logError, replaceConsole, setRequestId, toErrorBody } from './runtimeConsole.mjs';
import { loadHandler } from './runtimeHandler.mjs';

const { env } = process;
const [host, port] = required('AWS_LAMBDA_RUNTIME_API').split(':');
const handlerName = required('_HANDLER');
const taskRoot = required('LAMBDA_TASK_ROOT');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function required(name) {
  if (env[name]) return env[name];
  const error = new Error(`${name} environment variable is not set`);
  throw Object.assign(error, { name: 'Runtime.PlatformError' });
}

function call(method, path, { body, headers } = {}) {
  return new Promise((done, fail) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const all = { 'content-type': 'application/json', ...length, ...headers };
    const options = { host, port, agent, method, path: `/2018-06-01/runtime${path}`, headers: all };
    const sent = request(options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        done({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

async function post(kind, requestId, body) {
  await setImmediate();
  const { status, text } = await call('POST', `/invocation/${encodeURIComponent(requestId)}/${kind}`, {
    body,
  });
  if (status >= 300) process.stderr.write(`Failed to post the handler's ${kind}: ${status} ${text}\n`);
}

async function load() {
  try {
    return await loadHandler(taskRoot, handlerName);
  } catch (error) {
    logError('Init Error', error);
    const body = toErrorBody(error);
    const headers = { 'lambda-runtime-function-error-type': body.errorType };
    await call('POST', '/init/error', { body: JSON.stringify(body), headers });
    throw error;
  }
}

function toResultBody(result) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch (cause) {
    const error = new Error('Unable to stringify response body', { cause });
    throw Object.assign(error, { name: 'Runtime.JSONStringifyError' });
  }
}

const parsed = (text) => (text ? JSON.parse(text) : undefined);

function toContext(headers) {
  const header = (name) => headers[`lambda-runtime-${name}`];
  const deadline = Number(header('deadline-ms'));
  return {
    clientContext: parsed(header('client-context')),
    identity: parsed(header('cognito-identity')),
    invokedFunctionArn: header('invoked-function-arn'),
    awsRequestId: header('aws-request-id'),
    tenantId: header('aws-tenant-id'),
    xRayTraceId: header('trace-id'),
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: required('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: required('AWS_LAMBDA_FUNCTION_VERSION'),
    memoryLimitInMB: required('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: required('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: required('AWS_LAMBDA_LOG_STREAM_NAME'),
  };
}

async function run(handler, context, event) {
  const { awsRequestId } = context;
  try {
    await post('response', awsRequestId, toResultBody(await handler(event, context)));
  } catch (error) {
    logError('Invoke Error', error);
    await post('error', awsRequestId, JSON.stringify(toErrorBody(error)));
  }
}

async function start() {
  replaceConsole(env);
  const handler = await load();
  for (;;) {
    const { status, headers, text } = await call('GET', '/invocation/next');
    if (status !== 200) throw new Error('Failed to get next invocation');
    const context = toContext(headers);
    if (context.xRayTraceId) env._X_AMZN_TRACE_ID = context.xRayTraceId;
    else delete env._X_AMZN_TRACE_ID;
    setRequestId(context.awsRequestId);
    await run(handler, context, JSON.parse(text));
  }
}

// Not awaited: a handler that never settles ends the process with 0, and an error of this client's own with 1.
void start();
