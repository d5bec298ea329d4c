import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { attachDebugger } from '../builders/debugger.ts';
import { type Development, npmStartCommand, startDevelopment } from '../builders/development.ts';
import { copyProject, PROJECT_ROOT } from '../builders/project.ts';

type Configuration = {
  request: 'launch' | 'attach';
  runtimeExecutable?: string;
  runtimeArgs?: string[];
  port?: number;
  restart?: boolean;
};

const { configurations } = JSON.parse(readFileSync(join(PROJECT_ROOT, '.vscode/launch.json'), 'utf8')) as {
  configurations: Configuration[];
};
const launch = configurations.find(({ request }) => request === 'launch');
const attach = configurations.find(({ request }) => request === 'attach');

describe('.vscode/launch.json', () => {
  const projectRoot = copyProject();
  const perform = join(projectRoot, 'src/interceptorPre/perform.ts');
  const source = readFileSync(perform, 'utf8');
  const line = source.split('\n').findIndex((text) => text.includes('typeof body._email')) + 1;
  let development: Development;
  let port: number;

  beforeAll(async () => {
    port = await findFreePort(); // the file's own may be in use on this machine
    const runtimeArgs = launch?.runtimeArgs?.map((argument) =>
      argument.replace(String(attach?.port), String(port)),
    );
    const program = launch?.runtimeExecutable ?? '';
    development = await startDevelopment(projectRoot, {
      program,
      args: [...(runtimeArgs ?? []), ...npmStartCommand().args.slice(2)],
    });
  }, 60_000);

  afterAll(async () => {
    await development?.interrupt();
  });

  it('attaches to the port that the started plugin opens, anew after each swap', () => {
    expect(launch).toMatchObject({
      runtimeExecutable: 'npm',
      runtimeArgs: ['start', '--', `--inspect=${attach?.port}`],
    });
    expect(attach).toMatchObject({ restart: true, resolveSourceMapLocations: null });
  });

  it('stops at a breakpoint in a .ts file, as long as one likes', async () => {
    const ide = await attachDebugger(port);
    await ide.setBreakpoint({ file: perform, line });
    const paused = ide.paused();
    const answer = development.createPatient();

    const place = await paused;
    await ide.resume();

    expect(place).toEqual({ url: pathToFileURL(perform).href, line });
    expect(await answer).toEqual({ status: 201, email: 'jane@example.com' });
    ide.close();
  });

  it('lets a debugger attach again after a swap, on the same port', async () => {
    const first = await attachDebugger(port);
    const swapped = development.said(/swapped in/);
    writeFileSync(perform, source.replace('toLowerCase()', 'toUpperCase()'));
    await Promise.all([swapped, first.closed]);

    const second = await attachDebugger(port);
    await second.setBreakpoint({ file: perform, line });
    const paused = second.paused();
    const answer = development.createPatient('jane@example.com');
    const place = await paused;
    await second.resume();

    expect(place).toEqual({ url: pathToFileURL(perform).href, line });
    expect(await answer).toEqual({ status: 201, email: 'JANE@EXAMPLE.COM' });
    second.close();
  });

  it('finishes an event that stands at a breakpoint on the old code, and lets the next wait for it', async () => {
    const ide = await attachDebugger(port);
    await ide.setBreakpoint({ file: perform, line });
    const paused = ide.paused();
    const old = development.createPatient('Jane@example.com');
    await paused;
    const swapped = development.said(/swapped in/);
    writeFileSync(perform, source);
    await swapped;
    const next = development.createPatient('Jane@example.com');

    await ide.resume();

    expect(await old).toEqual({ status: 201, email: 'JANE@EXAMPLE.COM' });
    expect(await next).toEqual({ status: 201, email: 'jane@example.com' });
    await ide.closed;
  });
});

function findFreePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
