// Loaded by Windows' node under wine before all else (NODE_OPTIONS). Where that was started as docker.exe, it hands
// its arguments and its standard input to the docker of the machine around wine, which the test has made a server of.
const { once } = require('node:events');
const { request } = require('node:http');
const module_ = require('node:module');
const { basename } = require('node:path');

if (basename(process.execPath) === 'docker.exe') module_.runMain = ask;

async function ask() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const [, first, ...rest] = process.argv; // node has taken the first one for a script in this folder
  const call = {
    args: [basename(first), ...rest],
    input: Buffer.concat(chunks).toString(),
    env: process.env,
  };
  request(process.env.DOCKER_BRIDGE, { method: 'POST' }, answer).end(JSON.stringify(call));
}

/** Frames of a kind (1 standard output, 2 standard error, 0 the exit code), a length, and so many bytes. */
async function answer(response) {
  let rest = Buffer.alloc(0);
  for await (const chunk of response) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      await take(rest[0], rest.subarray(5, end));
      rest = rest.subarray(end);
    }
  }
}

async function take(kind, bytes) {
  if (kind === 0) process.exitCode = bytes[0];
  const stream = kind === 1 ? process.stdout : process.stderr;
  if (kind !== 0 && !stream.write(bytes)) await once(stream, 'drain');
}
