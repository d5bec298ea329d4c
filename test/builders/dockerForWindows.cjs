// Loaded by Windows' node under wine before all else (NODE_OPTIONS). Where that was started as docker.exe, it hands
// its arguments and its standard input to the docker of the machine around wine, which the test has made a server of.
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

async function answer(response) {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const { code, stdout, stderr } = JSON.parse(Buffer.concat(chunks).toString());
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}
