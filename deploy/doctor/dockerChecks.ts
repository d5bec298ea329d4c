import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstLineOf, NO_DOCKER_CURE, PLATFORM } from '../docker.ts';
import { type ProgramResult, runProgram } from '../runProgram.ts';
import { withoutPassword } from '../withoutPassword.ts';
import { type Finding, ok, type Patient, problem, skipped } from './check.ts';
import { needsImage } from './checkPluginFile.ts';

const PATIENCE_MS = 20_000;
const NO_NEED = 'plugin.json says ZIP, which needs no container engine';

type Docker = Pick<Patient, 'env' | 'signal'>;

/** With the user's own configuration; a program that hangs is ended. */
const docker = ({ env, signal }: Docker, ...args: string[]): Promise<ProgramResult> =>
  runProgram('docker', args, { env, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });

export async function checkDocker(patient: Patient): Promise<Finding> {
  if (!(await needsImage(patient))) return skipped(NO_NEED);
  const { code, stdout } = await docker(patient, '--version');
  if (code === 0) return ok(firstLineOf(stdout));
  return problem('There is no docker on the PATH', NO_DOCKER_CURE);
}

/** Names what was tried: a context that points nowhere looks like an engine that is not running. */
export async function checkEngine(patient: Patient): Promise<Finding> {
  const tried = await findEndpoint(patient);
  const { code, stdout, stderr } = await docker(patient, 'version', '--format', '{{.Server.Version}}');
  if (code === 0) return ok(`${stdout.trim()} answers at ${tried}`);
  return problem(
    `No engine answers at ${tried}: ${firstLineOf(stderr)}`,
    'Start Docker (or colima start, …). docker context ls and DOCKER_HOST say which engine is meant.',
  );
}

async function findEndpoint(patient: Docker): Promise<string> {
  const { DOCKER_HOST } = patient.env;
  if (DOCKER_HOST) return `${withoutPassword(DOCKER_HOST)} (DOCKER_HOST)`;
  const format = '{{.Endpoints.docker.Host}} (context {{.Name}})';
  const { code, stdout } = await docker(patient, 'context', 'inspect', '--format', format);
  return code === 0 ? withoutPassword(stdout.trim()) : 'its usual place';
}

export async function checkBuilder(patient: Docker): Promise<Finding> {
  const { code, stdout } = await docker(patient, 'buildx', 'version');
  return ok(code === 0 ? firstLineOf(stdout) : 'There is no buildx; the classic builder will do');
}

/** Lambda's processors are amd64; on others such an image needs emulation. */
export async function checkPlatform(patient: Patient): Promise<Finding> {
  const { stdout } = await docker(patient, 'info', '--format', '{{.OSType}}/{{.Architecture}}');
  const engine = stdout.trim().replace('x86_64', 'amd64');
  if (engine === PLATFORM) return ok(`The engine is ${PLATFORM} itself`);
  const image = await readBaseImage(patient.projectRoot);
  const format = '{{.Os}}/{{.Architecture}}';
  const local = await docker(patient, 'image', 'inspect', '--format', format, image);
  if (local.stdout.trim() !== PLATFORM)
    return ok(`The engine is ${engine}; without ${image} for ${PLATFORM} its emulation cannot be tried`);
  return tryEmulation(patient, { engine, image });
}

async function tryEmulation(
  patient: Docker,
  { engine, image }: { engine: string; image: string },
): Promise<Finding> {
  const begun = performance.now();
  const run = ['run', '--rm', '--platform', PLATFORM, '--network', 'none', '--entrypoint', 'node', image];
  const { code, stderr } = await docker(patient, ...run, '--version');
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (code === 0) return ok(`The engine is ${engine} and emulates ${PLATFORM}: Node started in ${seconds} s`);
  return problem(
    `The engine is ${engine} and cannot run ${PLATFORM}: ${firstLineOf(stderr)}`,
    'Turn on Rosetta or QEMU (Docker Desktop, colima start --vm-type vz --vz-rosetta), or install binfmt-support and qemu-user-static.',
  );
}

/** There, or to be had; it is not pulled here. */
export async function checkBaseImage(patient: Patient): Promise<Finding> {
  const image = await readBaseImage(patient.projectRoot);
  const local = await docker(patient, 'image', 'inspect', '--format', '{{.Id}}', image);
  if (local.code === 0) return ok(`${image} is here`);
  const remote = await docker(patient, 'manifest', 'inspect', image);
  if (remote.code === 0) return ok(`${image} is not here yet; its registry has it, and a build pulls it`);
  return problem(
    `${image} is neither here nor to be had: ${firstLineOf(remote.stderr) || 'its registry does not answer'}`,
    'Check the network and HTTPS_PROXY, or take a mirror: build-and-push -- --build-arg NODE_IMAGE=…',
  );
}

/** As the Dockerfile names it. */
async function readBaseImage(projectRoot: string): Promise<string> {
  const text = await readFile(join(projectRoot, 'Dockerfile'), 'utf8').catch(() => '');
  return /^(?:ARG NODE_IMAGE=|FROM )(\S+)/m.exec(text)?.[1] ?? 'node:24-bookworm-slim';
}
