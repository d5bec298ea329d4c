import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { runCommand } from '../command.ts';

/** One wish in the words of the Engine API and of docker's command line; both answer with the same JSON. */
export type DockerCall = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: object;
  cli: string[];
};

/** Asks the container engine. @throws Error with the engine's own words */
export type Docker = (call: DockerCall) => Promise<unknown>;

const PATIENCE_MS = 5000;

/**
 * The engine that docker's command line would ask; undefined when none answers. Where it has a socket, a pipe or a
 * plain port it is asked directly, which takes a tenth of the time; over ssh or TLS by the command line.
 */
export async function openDocker(): Promise<Docker | undefined> {
  const address = await readAddress();
  const direct = address && toDocker(address);
  if (direct && (await answers(direct))) return direct;
  return (await answers(byCommandLine)) ? byCommandLine : undefined;
}

const ping: DockerCall = {
  method: 'GET',
  path: '/version',
  cli: ['version', '--format', '{{json .Server}}'],
};

const answers = (docker: Docker): Promise<boolean> =>
  docker(ping).then(
    () => true,
    () => false,
  );

type Address = Pick<RequestOptions, 'socketPath' | 'host' | 'port'>;

async function readAddress(): Promise<Address | undefined> {
  const format = '{{.Endpoints.docker.Host}} {{json .TLSMaterial}}';
  const { code, stdout } = await runCommand('docker', ['context', 'inspect', '--format', format]);
  const [endpoint = '', certificates] = stdout.trim().split(' ');
  return code === 0 && certificates === '{}' ? toAddress(endpoint) : undefined;
}

/** Undefined for what cannot be asked over plain HTTP, like `ssh://…`. */
export function toAddress(endpoint: string): Address | undefined {
  const [, scheme, rest = ''] = /^(unix|npipe|tcp):\/\/(.+)$/.exec(endpoint) ?? [];
  if (!scheme) return undefined;
  if (scheme !== 'tcp') return { socketPath: rest };
  const { hostname, port } = new URL(endpoint);
  return { host: hostname, port };
}

function toDocker(address: Address): Docker {
  const agent = new Agent({ keepAlive: true });
  return ({ method, path, body }) =>
    new Promise((resolve, reject) => {
      const headers = { ...(body && { 'content-type': 'application/json' }) };
      const sent = request({ ...address, agent, method, path, headers }, (answer) => {
        readAnswer(answer).then(resolve, reject);
      });
      if (path === ping.path) sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('No answer')));
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
}

async function readAnswer(answer: IncomingMessage): Promise<unknown> {
  const body = await json(answer).catch(() => undefined); // many answers have none
  if ((answer.statusCode ?? 500) < 400) return body;
  throw new Error(String((body as { message?: string } | undefined)?.message ?? answer.statusCode));
}

const byCommandLine: Docker = async ({ cli }) => {
  const { code, stdout, stderr } = await runCommand('docker', cli);
  if (code !== 0) throw new Error(stderr.trim());
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
};
