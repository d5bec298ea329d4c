import { type DockerHost, openDockerHost } from '../../../emulator/lambda/dockerLauncher.ts';
import type { Code } from '../../../emulator/lambda/sandbox.ts';
import {
  BUILD_TIMEOUT_MS,
  buildImage,
  type ContainerEnvironment,
  docker,
  pollUntil,
  startContainerEnvironment,
} from '../../builders/container.ts';
import { describeWithDocker } from '../../builders/docker.ts';

const TEST_TIMEOUT_MS = 60_000;

/** A function that does what the event says; its image asks for things that Lambda ignores. */
const IMAGE = {
  Dockerfile: `
    FROM node:24-bookworm-slim
    COPY . /var/task/
    WORKDIR /var/task
    USER root
    HEALTHCHECK CMD false
    ENTRYPOINT ["/usr/local/bin/node", "client.js"]
    CMD ["index.handler"]`,
  'client.js': `
    const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
    const AsyncFunction = (async () => {}).constructor;
    (async () => {
      for (;;) {
        const next = await fetch(api + 'next');
        const { code } = await next.json();
        const result = await new AsyncFunction('require', code)(require);
        const id = next.headers.get('lambda-runtime-aws-request-id');
        await fetch(api + id + '/response', { method: 'POST', body: JSON.stringify(result ?? null) });
      }
    })();`,
};

type Inspected = {
  State: { Paused: boolean };
  HostConfig: { NanoCpus: number };
  NetworkSettings: { Networks: object };
};

describeWithDocker('a function in a container', () => {
  let host: DockerHost;
  let image: string;
  let code: Code;
  const environments: ContainerEnvironment[] = [];

  const start = (settings: Parameters<typeof startContainerEnvironment>[2] = {}, of = code) => {
    const environment = startContainerEnvironment(host, of, settings);
    environments.push(environment);
    return environment;
  };

  beforeAll(async () => {
    const opened = await openDockerHost(() => undefined);
    if (!opened) throw new Error('The engine went away');
    host = opened;
    image = await buildImage(IMAGE);
    code = await host.prepareLocal(image);
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all(environments.map((environment) => environment.close()));
    await code?.dispose();
    await host?.close();
  }, TEST_TIMEOUT_MS);

  /** Of the containers there are, as the engine describes them. */
  const inspect = async (): Promise<Inspected[]> => {
    const ids = await docker('ps', '--quiet', '--filter', `ancestor=${image}`);
    return ids ? JSON.parse(await docker('inspect', ...ids.split('\n'))) : [];
  };

  it(
    'has no rights and nothing writable but /tmp, whatever the image says',
    async () => {
      const environment = start();

      const seen = await environment.ask({
        code: `
          const fs = require('fs');
          const attempt = (path) => { try { fs.writeFileSync(path, ''); return 'written'; } catch (e) { return e.code; } };
          const status = fs.readFileSync('/proc/self/status', 'utf8');
          const limits = fs.readFileSync('/proc/self/limits', 'utf8').split('\\n');
          const limit = (name) => limits.find((line) => line.startsWith(name)).slice(26).split(/ +/).slice(0, 2);
          return {
            uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(), cwd: process.cwd(),
            handler: process.argv[2], writes: ['/a', '/var/task/a', '/dev/shm/a', '/tmp/a'].map(attempt),
            tmp: (fs.statSync('/tmp').mode & 0o7777).toString(8), files: fs.readdirSync('/tmp'),
            capabilities: /CapEff:\\s+(\\w+)/.exec(status)[1], noNewPrivileges: /NoNewPrivs:\\s+(\\d)/.exec(status)[1],
            limits: ['Max open files', 'Max locked memory', 'Max core', 'Max stack'].map(limit),
          };`,
      });

      expect(seen).toEqual({
        ...{ uid: 993, gid: 990, groups: [990], cwd: '/var/task', handler: 'index.handler' },
        writes: ['EROFS', 'EROFS', expect.stringMatching(/^(ENOENT|EROFS|EACCES)$/), 'written'],
        ...{ tmp: '1777', files: ['a'], capabilities: '0000000000000000', noNewPrivileges: '1' },
        limits: [
          ['1024', '1024'],
          ['65536', '65536'],
          ['10737418240', '10737418240'],
          ['8388608', 'unlimited'],
        ],
      });
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'keeps /tmp, and not its memory, when it crashes or its time is over',
    async () => {
      const environment = start({ timeout: 3 });
      const note =
        "const fs = require('fs'); fs.appendFileSync('/tmp/note', 'x'); globalThis.seen = 1 + (globalThis.seen ?? 0);";

      const crashed = await environment.send({ code: `${note} process.exit(3);` });
      const late = await environment.send({
        code: `${note} await new Promise(() => setInterval(() => 0, 1000));`,
      });
      const last = await environment.ask({
        code: `${note} return [fs.readFileSync('/tmp/note', 'utf8'), globalThis.seen];`,
      });

      expect(crashed).toEqual({ ok: false, payload: expect.stringContaining('exit status 3') });
      expect(late).toEqual({ ok: false, payload: expect.stringContaining('Sandbox.Timedout') });
      expect(last).toEqual(['xxx', 1]);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'has a /tmp of its size, which does not count as its memory',
    async () => {
      const environment = start({ memorySize: 256, ephemeralStorage: 512, timeout: 40 });

      const written = await environment.ask({
        code: `
          const fs = require('fs');
          const file = fs.openSync('/tmp/large', 'w');
          const piece = Buffer.alloc(1024 * 1024);
          let pieces = 0;
          try { for (; pieces < 600; pieces++) { fs.writeSync(file, piece); if (pieces % 16 === 0) await new Promise(setImmediate); } }
          catch (error) { return [pieces, error.code]; }`,
      });

      expect(written).toEqual([expect.any(Number), 'ENOSPC']);
      expect((written as [number])[0]).toBeGreaterThanOrEqual(511);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'is killed when it takes more memory than it has',
    async () => {
      const environment = start();

      const outcome = await environment.send({
        code: 'const kept = []; for (;;) kept.push(Buffer.alloc(8 * 1024 * 1024, 1));',
      });

      expect(outcome).toEqual({
        ok: false,
        payload: expect.stringMatching(/"Runtime\.ExitError".*Runtime exited with error: signal: killed"/),
      });
      await environment.close();
      expect(environment.lines.join('\n')).toMatch(/REPORT .*Error Type: Runtime\.OutOfMemory/);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'has its share of the processor, and stands still between events',
    async () => {
      const environment = start({ memorySize: 177 });
      const tick = 'globalThis.ticks = 0; setInterval(() => globalThis.ticks++, 1); return process.pid;';
      await environment.ask({ code: tick });
      const answeredAt = Date.now();
      const isPaused = async () => (await inspect()).some(({ State }) => State.Paused);
      const cpus = (await inspect()).map(({ HostConfig }) => HostConfig.NanoCpus);
      await pollUntil(isPaused);
      const before = Date.now();
      const untilPausedMs = before - answeredAt; // docker takes its time on a busy machine
      await pollUntil(() => Date.now() - before > 500);

      const ticks = await environment.ask({ code: 'return globalThis.ticks;' });

      expect(cpus).toContain(Math.round((177 / 1769) * 1e9));
      expect(ticks).toBeLessThan(untilPausedMs + 200);
    },
    TEST_TIMEOUT_MS,
  );

  it.each([
    ['exit status 9', 'process.exit(9);'],
    ['Runtime exited without providing a reason', 'process.exit(0);'],
    ['signal: aborted', 'process.abort();'],
    ['signal: segmentation fault (core dumped)', "process.kill(process.pid, 'SIGSEGV'); await LONG;"],
    ['signal: terminated', "process.kill(process.pid, 'SIGTERM'); await LONG;"],
    ['signal: killed', "process.kill(process.pid, 'SIGKILL'); await LONG;"],
  ])('tells of its end: %s', async (reason, end) => {
    const environment = start();

    const outcome = await environment.send({
      code: end.replace('LONG', 'new Promise(() => setInterval(() => 0, 1000))'),
    });

    expect(outcome).toEqual({ ok: false, payload: expect.stringContaining(reason) });
  });

  it(
    'may have 742 processes and threads, whatever other containers of its user do',
    async () => {
      const environment = start({ memorySize: 1769 });

      const started = await environment.ask({
        code: `
          const { spawn } = require('child_process');
          const children = [];
          for (let count = 0; count < 800; count++) {
            const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
            const failure = await new Promise((resolve) => { child.once('spawn', resolve); child.once('error', resolve); });
            if (failure) { for (const one of children) one.kill('SIGKILL'); return [count, failure.code]; }
            children.push(child);
          }`,
      });

      expect(started).toEqual([expect.any(Number), 'EAGAIN']);
      expect((started as [number])[0]).toBeGreaterThan(700);
      expect((started as [number])[0]).toBeLessThan(742);
    },
    TEST_TIMEOUT_MS,
  );

  it('has no network but ours, which leads to this machine only', async () => {
    const environment = start();
    await environment.ask({ code: 'return 1;' });

    const [container] = await inspect();

    const [network] = JSON.parse(await docker('network', 'inspect', host.network)) as { Internal: boolean }[];
    expect(Object.keys(container?.NetworkSettings.Networks ?? {})).toEqual([host.network]);
    expect(network?.Internal).toBe(true);
  });

  it('leaves no container and no volume behind', async () => {
    const environment = start();
    await environment.ask({ code: 'return 1;' });
    const mine = async () => [
      await docker('ps', '--all', '--quiet', '--filter', `network=${host.network}`),
      await docker('volume', 'ls', '--quiet', '--filter', `name=${host.network}`),
    ];

    await Promise.all(environments.map((one) => one.close()));

    expect(await mine()).toEqual(['', '']);
  });
});
