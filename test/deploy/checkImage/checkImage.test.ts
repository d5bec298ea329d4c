import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkImage, examineImage } from '../../../deploy/checkImage/checkImage.ts';
import { type Docker, openDocker } from '../../../deploy/docker.ts';
import { docker as dockerProgram } from '../../builders/container.ts';
import { describeWithDocker } from '../../builders/docker.ts';
import { createElf } from '../../builders/elf.ts';
import { buildScratchImage, removeImages, type ScratchSpec } from '../../builders/scratchImage.ts';
import type { TarFile } from '../../builders/tar.ts';

const BASE = 'node:24-bookworm-slim';
const ARM64 = 183;
const KEY = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}\n-----END PRIVATE KEY-----\n`;

const main: TarFile = { name: 'main', content: createElf(), mode: 0o755 };
const ENTRYPOINT = 'ENTRYPOINT ["/main"]';

/** An image that Lambda would take, and these files. */
const withFiles = (...files: TarFile[]): ScratchSpec => ({
  dockerfile: [ENTRYPOINT],
  files: [main, ...files],
});
const withEntry = (dockerfile: string, ...files: TarFile[]): ScratchSpec => ({
  dockerfile: [dockerfile],
  files: [main, ...files],
});

/** Like Node to the check, and no Node. */
const node: TarFile = { name: 'usr/local/bin/node', content: createElf(), mode: 0o755 };
const runtime: TarFile = { name: 'var/runtime/entrypoint.mjs', content: '' };
const NODE = 'ENTRYPOINT ["/usr/local/bin/node", "/var/runtime/entrypoint.mjs"]';
const withNode = (cmd: string, ...files: TarFile[]): ScratchSpec => ({
  dockerfile: [NODE, cmd],
  files: [node, ...files],
});
const CMD = 'CMD ["index.handler"]';
const index: TarFile = { name: 'var/task/index.js', content: 'exports.handler = async () => 1;' };

const REFUSED: [code: string, path: string, spec: ScratchSpec][] = [
  ['WRONG_PLATFORM', '', { ...withFiles(), platform: 'linux/arm64' }],
  ['NO_ENTRYPOINT', '', withEntry('LABEL a=b')],
  ['ENTRYPOINT_NOT_ABSOLUTE', '', withEntry('ENTRYPOINT ["main"]')],
  ['ENTRYPOINT_NOT_ABSOLUTE', '', withEntry('CMD ["main"]')],
  ['ENTRYPOINT_MISSING', '/other', withEntry('ENTRYPOINT ["/other"]')],
  ['ENTRYPOINT_SYMLINK', '/link', withEntry('ENTRYPOINT ["/link"]', { name: 'link', link: 'main' })],
  [
    'ENTRYPOINT_NOT_EXECUTABLE',
    '/plain',
    withEntry('ENTRYPOINT ["/plain"]', { ...main, name: 'plain', mode: 0o744 }),
  ],
  ['ENTRYPOINT_NOT_EXECUTABLE', '/folder', withEntry('ENTRYPOINT ["/folder"]', { name: 'folder/' })],
  [
    'ENTRYPOINT_WRONG_ARCHITECTURE',
    '/arm',
    withEntry('ENTRYPOINT ["/arm"]', { name: 'arm', content: createElf({ machine: ARM64 }), mode: 0o755 }),
  ],
  [
    'ENTRYPOINT_NO_PROGRAM',
    '/text',
    withEntry('ENTRYPOINT ["/text"]', { name: 'text', content: 'echo\n', mode: 0o755 }),
  ],
  [
    'ENTRYPOINT_NO_INTERPRETER',
    '/run',
    withEntry('ENTRYPOINT ["/run"]', { name: 'run', content: '#!/bin/sh\n', mode: 0o755 }),
  ],
  [
    'ENTRYPOINT_NO_INTERPRETER',
    '/run',
    withEntry('ENTRYPOINT ["/run", "index.handler"]', { ...main, name: 'usr/bin/env' }, index, {
      name: 'run',
      content: '#!/usr/bin/env node\n',
      mode: 0o755,
    }),
  ],
  [
    'ENTRYPOINT_NO_INTERPRETER',
    '/musl',
    withEntry('ENTRYPOINT ["/musl"]', {
      name: 'musl',
      content: createElf({ interpreter: '/lib/ld-musl-x86_64.so.1' }),
      mode: 0o755,
    }),
  ],
  [
    'CRLF_SCRIPT',
    '/run',
    withEntry('ENTRYPOINT ["/run"]', { name: 'run', content: '#!/main\r\n', mode: 0o755 }),
  ],
  ['CRLF_SCRIPT', '/opt/run.sh', withFiles({ name: 'opt/run.sh', content: 'a\r\n', mode: 0o755 })],
  ['CRLF_SCRIPT', '/opt/run', withFiles({ name: 'opt/run', content: '#!/bin/bash\na\r\n' })],
  ['ENTRYPOINT_SCRIPT_MISSING', '/var/runtime/entrypoint.mjs', withNode(CMD, index)],
  [
    'ENTRYPOINT_SCRIPT_MISSING',
    '/opt/own.mjs',
    withNode('ENTRYPOINT ["/usr/local/bin/node", "--import", "/x.mjs", "/opt/own.mjs"]'),
  ],
  ['NO_HANDLER', '', withNode('CMD []', runtime)],
  ['MALFORMED_HANDLER', '', withNode('CMD ["index"]', runtime, index)],
  ['MALFORMED_HANDLER', '', withNode('CMD ["../index.handler"]', runtime, index)],
  ['HANDLER_MISSING', '', withNode('CMD ["other.handler"]', runtime, index)],
  [
    'HANDLER_MISSING',
    '',
    {
      dockerfile: ['ENTRYPOINT ["/usr/bin/python3", "-m", "awslambdaric"]', 'CMD ["app.handler"]'],
      files: [{ ...node, name: 'usr/bin/python3' }],
    },
  ],
  [
    'HANDLER_NOT_PASSED',
    '/ric/aws-lambda-ric/index.mjs',
    {
      dockerfile: ['ENTRYPOINT ["/usr/local/bin/node", "/ric/aws-lambda-ric/index.mjs"]', CMD],
      files: [
        ...[node, index, { ...runtime, name: 'ric/aws-lambda-ric/index.mjs' }],
        { name: 'ric/aws-lambda-ric/package.json', content: '{"version": "4.0.2"}' },
      ],
    },
  ],
  ['NOT_READABLE', '/var/task/a.js', withFiles({ name: 'var/task/a.js', mode: 0o640 })],
  [
    'NOT_READABLE',
    '/var/task/lib',
    withFiles({ name: 'var/task/lib/', mode: 0o700 }, { name: 'var/task/lib/a.js' }),
  ],
  ['NOT_READABLE', '/var', withFiles({ name: 'var/', mode: 0o750 }, { name: 'var/task/a.js' })],
  [
    'NOT_READABLE',
    '/app/a.js',
    { ...withFiles({ name: 'app/a.js', mode: 0o600 }), dockerfile: [ENTRYPOINT, 'WORKDIR /app'] },
  ],
  [
    'WRONG_ARCHITECTURE',
    '/opt/a.node',
    withFiles({ name: 'opt/a.node', content: createElf({ machine: ARM64 }) }),
  ],
  [
    'WRONG_ARCHITECTURE',
    '/opt/a.node',
    withFiles({ name: 'opt/a.node', content: Buffer.from('cffaedfe', 'hex') }),
  ],
  [
    'WRONG_ARCHITECTURE',
    '/var/task/tool',
    withFiles({ name: 'var/task/tool', content: createElf({ machine: ARM64 }) }),
  ],
  ['ENV_FILE', '/srv/.env', withFiles({ name: 'srv/.env', content: 'A=1' })],
  ['ENV_FILE', '/var/task/.env.local', withFiles({ name: 'var/task/.env.local', content: 'A=1' })],
  [
    'PRIVATE_KEY',
    '/srv/config.json',
    withFiles({ name: 'srv/config.json', content: JSON.stringify({ key: KEY }) }),
  ],
  ['PRIVATE_KEY', '/srv/big', withFiles({ name: 'srv/big', content: `${' '.repeat(200_000)}${KEY}` })],
  ['PRIVATE_KEY', '/root/.ssh/id_ed25519', withFiles({ name: 'root/.ssh/id_ed25519', content: 'x' })],
  [
    'CREDENTIALS',
    '/root/.npmrc',
    withFiles({ name: 'root/.npmrc', content: '//npm.example/:_authToken=abc' }),
  ],
  [
    'CREDENTIALS',
    '/root/.aws/credentials',
    withFiles({ name: 'root/.aws/credentials', content: '[default]' }),
  ],
  [
    'CREDENTIALS',
    '/root/.docker/config.json',
    withFiles({ name: 'root/.docker/config.json', content: '{"auths":{"a":{"auth":"YTpi"}}}' }),
  ],
  [
    'GIT_FOLDER',
    '/var/task/.git/HEAD',
    withFiles({ name: 'var/task/.git/HEAD', content: 'ref: refs/heads/main' }),
  ],
  [
    'RECORDED_EVENT',
    '/var/task/events.json',
    withFiles({ name: 'var/task/events.json', content: '{"events":[{"rawPath":"/"}]}' }),
  ],
];

const WARNED: [code: string, path: string, spec: ScratchSpec][] = [
  ['TEST_DATA', '/var/task/test/a.js', withFiles({ name: 'var/task/test/a.js' })],
  ['TEST_DATA', '/var/task/src/a.test.ts', withFiles({ name: 'var/task/src/a.test.ts' })],
  ['WORLD_WRITABLE', '/var/task', withFiles({ name: 'var/task/', mode: 0o777 }, { name: 'var/task/a.js' })],
];

const HARMLESS: [what: string, spec: ScratchSpec][] = [
  ['a program that needs nothing', withFiles()],
  ['CMD alone', withEntry('CMD ["/main"]')],
  [
    'a program with its loader',
    withEntry(
      'ENTRYPOINT ["/musl"]',
      { name: 'musl', content: createElf({ interpreter: '/lib/ld.so' }), mode: 0o755 },
      { ...main, name: 'lib/ld.so' },
    ),
  ],
  [
    'a link on the way to a program',
    withEntry(
      'ENTRYPOINT ["/bin/main"]',
      { ...main, name: 'usr/bin/main' },
      { name: 'bin', link: 'usr/bin' },
    ),
  ],
  ['a file that belongs to others than the function', withFiles({ name: 'etc/shadow', mode: 0o600 })],
  ['an example of variables', withFiles({ name: 'var/task/.env.example', content: 'A=' })],
  ['documentation of keys', withFiles({ name: 'srv/README', content: '-----BEGIN PRIVATE KEY-----\n…' })],
  ['a public key', withFiles({ name: 'srv/public.pem', content: KEY.replaceAll('PRIVATE', 'PUBLIC') })],
  [
    'settings of npm without a secret',
    withFiles({ name: 'root/.npmrc', content: `a=b\n//npm.example/:_authToken=$${'{TOKEN}'}` }),
  ],
  [
    'what packages come with',
    withFiles(
      { name: 'var/task/node_modules/a/test/key.pem', content: KEY },
      { name: 'var/task/node_modules/a/.env' },
    ),
  ],
  [
    'addons for other platforms in a package',
    withFiles({ name: 'var/task/node_modules/a/prebuilds/darwin-arm64/a.node', content: 'x' }),
  ],
  ['text of Windows that nobody runs', withFiles({ name: 'var/task/a.js', content: 'a\r\n', mode: 0o755 })],
  ['JSON that is no event', withFiles({ name: 'var/task/a.json', content: '{"a":1}' })],
];

describeWithDocker('checkImage', () => {
  const built: string[] = [];
  let state: string;
  let docker: Docker;

  const check = async (spec: ScratchSpec) => {
    const reference = await buildScratchImage(spec);
    built.push(reference);
    return checkImage({ docker, env: process.env, reference });
  };

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'biot-check-'));
    docker = await openDocker(state, process.env);
  });

  afterAll(async () => {
    await removeImages(built);
    await rm(state, { recursive: true });
  });

  it.each(REFUSED)('refuses with %s %s', async (code, path, spec) => {
    const findings = await check(spec);

    expect(findings).toEqual([
      {
        code,
        severity: 'error',
        message: expect.any(String),
        cure: expect.any(String),
        ...(path && { path }),
      },
    ]);
  });

  it('only warns of a runtime of one’s own without CMD', async () => {
    const own = { name: 'opt/own.mjs', content: '' };
    const findings = await check(withNode('ENTRYPOINT ["/usr/local/bin/node", "/opt/own.mjs"]', own));

    expect(findings).toEqual([expect.objectContaining({ code: 'HANDLER_NOT_NAMED', severity: 'warning' })]);
  });

  it.each(WARNED)('warns with %s %s', async (code, path, spec) => {
    const findings = await check(spec);

    expect(findings).toEqual([expect.objectContaining({ code, severity: 'warning', path })]);
  });

  it.each(HARMLESS)('finds nothing wrong with %s', async (_what, spec) => {
    const findings = await check(spec);

    expect(findings).toEqual([]);
  });

  it('refuses what a later layer removes, and says so', async () => {
    const dockerfile = ['RUN rm /srv/.env', ENTRYPOINT];
    const files = [main, { name: 'srv/.env', content: 'A=1' }];

    const findings = await check({ from: BASE, dockerfile, files });

    expect(findings).toEqual([
      expect.objectContaining({
        code: 'ENV_FILE',
        message: expect.stringContaining('a later layer removes it'),
      }),
    ]);
  }, 60_000);

  it('tells all that is wrong, errors first', async () => {
    const findings = await check(
      withEntry('ENTRYPOINT ["other"]', { name: 'var/task/test/a' }, { name: 'srv/.env', content: 'A=1' }),
    );

    expect(findings.map(({ code }) => code)).toEqual(['ENTRYPOINT_NOT_ABSOLUTE', 'ENV_FILE', 'TEST_DATA']);
  });

  it('tells the id and the unpacked size as well', async () => {
    const reference = await buildScratchImage(withFiles({ name: 'srv/a', content: 'x'.repeat(1000) }));
    built.push(reference);
    const imageId = await dockerProgram('image', 'inspect', '--format', '{{.Id}}', reference);

    const checked = await examineImage({ docker, env: process.env, reference });

    expect(checked).toEqual({ imageId, sizeBytes: 1000 + createElf().length, findings: [] });
  });

  it('throws for an image that is not here, and says how to get it', async () => {
    const checking = checkImage({ docker, env: process.env, reference: 'registry.invalid/no/such:image' });

    await expect(checking).rejects.toMatchObject({
      code: 'NO_IMAGE',
      exitCode: 1,
      cure: expect.stringContaining('docker pull --platform linux/amd64 registry.invalid/no/such:image'),
    });
  });
});
