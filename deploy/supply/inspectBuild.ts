import { type Docker, lastLineOf, PLATFORM } from '../docker.ts';
import { EXIT, Failure } from '../failure.ts';
import { runBuild } from '../runBuild.ts';

export type DebianPackage = {
  name: string;
  version: string;
  architecture: string;
  /** The source package, where it is called otherwise. */
  source?: string;
  /** MD5 and path of each of its files, like `0cc1… /lib/x86_64-linux-gnu/libc.so.6`. */
  files: string[];
};
/** Of aws-lambda-ric: SHA-256 of its files, and the versions of what its addon was compiled with. */
export type BuiltClient = { files: Record<string, string>; curl: string; awsLambdaCpp: string };
export type BuildFacts = { distribution: string; packages: DebianPackage[]; client: BuiltClient };

/** Runs in the stage that builds: the image itself has no package database, and no archive of what was compiled. */
const SCRIPT = `
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

const INFO = '/var/lib/dpkg/info/';
const read = (path) => readFileSync(path, 'utf8');
const filesOf = new Map();
for (const name of readdirSync(INFO).filter((name) => name.endsWith('.md5sums'))) {
  const lines = read(INFO + name).trim().split('\\n').filter(Boolean);
  filesOf.set(name.replace(/(:[^:]+)?[.]md5sums$/, ''), lines.map((line) => line.slice(0, 33) + '/' + line.slice(34)));
}
const packages = read('/var/lib/dpkg/status').split('\\n\\n').flatMap((paragraph) => {
  const field = (name) => new RegExp('^' + name + ': (.*)$', 'm').exec(paragraph)?.[1];
  if (field('Status') !== 'install ok installed') return [];
  const configured = [...paragraph.matchAll(/^ (\\/\\S+) ([0-9a-f]{32})/gm)].map(([, path, md5]) => md5 + ' ' + path);
  const name = field('Package');
  const source = field('Source')?.split(' ')[0];
  const files = [...(filesOf.get(name) ?? []), ...configured];
  return [{ name, version: field('Version'), architecture: field('Architecture'), ...(source && { source }), files }];
});
const release = read('/etc/os-release');
const distribution = /^VERSION_ID="?([^"\\n]+)/m.exec(release)?.[1] ?? '';
const CLIENT = 'node_modules/aws-lambda-ric/';
const unpack = (archive, path) => execFileSync('tar', ['-xJOf', CLIENT + 'deps/' + archive, path], { encoding: 'utf8', stdio: 'pipe' });
const hash = (name) => [name, createHash('sha256').update(readFileSync(CLIENT + name)).digest('hex')];
const client = {
  files: Object.fromEntries(['index.mjs', 'rapid-client.node'].map(hash)),
  curl: /define LIBCURL_VERSION "(.+)"/.exec(unpack('curl.tar.xz', './include/curl/curlver.h'))[1],
  awsLambdaCpp: /project\\(aws-lambda-runtime\\s+VERSION ([0-9.]+)/.exec(unpack('aws-lambda-cpp.tar.xz', './CMakeLists.txt'))[1],
};
process.stdout.write(JSON.stringify({ distribution, packages, client }));
`;

export type BuildStageOptions = { projectRoot: string; buildArgs: string[]; show(output: string): void };

/** What the image was built with, from the Dockerfile's stage \`build\`, which the engine's cache has. @throws Failure */
export async function inspectBuild(docker: Docker, options: BuildStageOptions): Promise<BuildFacts> {
  const { projectRoot, buildArgs, show } = options;
  const stage = ['build', '--quiet', '--target', 'build', '--platform', PLATFORM, ...buildArgs, projectRoot];
  const built = await runBuild(() => docker.run(stage, show));
  const id = /sha256:[0-9a-f]{64}/.exec(built.stdout)?.[0] ?? '';
  if (!id) throw notInspected(lastLineOf(built.stderr));
  const script = ['--input-type=module', '--eval', SCRIPT];
  const args = [
    'run',
    '--rm',
    '--network',
    'none',
    '--log-driver',
    'none',
    '--entrypoint',
    'node',
    id,
    ...script,
  ];
  const { code, stdout, stderr } = await docker.run(args);
  if (code !== 0) throw notInspected(firstErrorOf(stderr));
  return JSON.parse(stdout) as BuildFacts;
}

/** Node says it before the stack trace. */
const firstErrorOf = (stderr: string) => /^\w*Error: .*/m.exec(stderr)?.[0] ?? lastLineOf(stderr);

const notInspected = (why: string) =>
  new Failure({
    code: 'BUILD_NOT_INSPECTED',
    exitCode: EXIT.failed,
    message: `What the image was built with could not be read from the Dockerfile’s stage "build": ${why}`,
    cure: 'Keep that stage, Debian-based and with node_modules/aws-lambda-ric in its work directory.',
  });
