import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, withEnvironment } from '../command.ts';

export type RegistryLogin = { user: string; password: string };

/**
 * With a configuration of our own, so that no credential helper of the user's is asked and nothing is written to theirs.
 * It has no contexts, so the engine of the user's current one is named by its address.
 * @throws Error when the registry does not have it, or the engine cannot take it
 */
export async function pullImage(directory: string, reference: string, login: RegistryLogin): Promise<void> {
  const registry = reference.split('/')[0] ?? '';
  const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const file = join(directory, 'config.json');
  await writeFile(file, JSON.stringify({ auths: { [registry]: { auth } } }), { mode: 0o600 });
  const format = '{{.Endpoints.docker.Host}}';
  const context = await runCommand('docker', ['context', 'inspect', '--format', format]);
  const host = context.code === 0 ? context.stdout.trim() : '';
  const env = withEnvironment({ DOCKER_CONFIG: directory, ...(host && { DOCKER_HOST: host }) });
  const pulled = await runCommand('docker', ['pull', '--quiet', reference], { env });
  if (pulled.code !== 0) throw new Error(`docker pull ${reference}: ${pulled.stderr.trim()}`);
}
