import axios from 'axios';
import { isLoopback } from '../dockerConfig.ts';
import { getRegistryLogin, type RegistryLogin } from '../ecr.ts';
import { fetchTempCredentials, type TempCredentials } from '../tempCredentials.ts';
import { type Finding, ok, type Patient, problem, skipped } from './check.ts';
import { needsImage } from './checkPluginFile.ts';

const PATIENCE_MS = 15_000;

/** What each check hands on to the next; for one examination. */
const credentialsOf = new WeakMap<Patient, TempCredentials>();
const loginOf = new WeakMap<Patient, RegistryLogin>();

export async function checkCredentials(patient: Patient): Promise<Finding> {
  if (!(await needsImage(patient))) return skipped('plugin.json says ZIP, which needs no registry');
  const credentials = await fetchTempCredentials(patient.biot());
  credentialsOf.set(patient, credentials);
  const { expiration } = credentials.credentials;
  return ok(`Temporary ones for ${credentials.repositoryUri}${expiration ? `, until ${expiration}` : ''}`);
}

export async function checkEcr(patient: Patient): Promise<Finding> {
  const { env, settings, signal } = patient;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const options = { env, endpoint: settings.ecrEndpoint, signal: limit, onRetry: () => undefined };
  const login = await getRegistryLogin(credentialsOf.get(patient) as TempCredentials, options);
  loginOf.set(patient, login);
  return ok(`${settings.ecrEndpoint ?? 'AWS'} gave a password for ${login.registry}`);
}

export async function checkRegistry(patient: Patient): Promise<Finding> {
  const { registry, username, password } = loginOf.get(patient) as RegistryLogin;
  const url = `${isLoopback(registry) ? 'http' : 'https'}://${registry}/v2/`;
  const signal = AbortSignal.any([patient.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const auth = { username, password };
  const { status } = await axios
    .get(url, { auth, signal, validateStatus: () => true })
    .catch((error: Error) => {
      throw new Error(`${url} does not answer: ${error.message || (error as NodeJS.ErrnoException).code}`);
    });
  if (status === 200) return ok(`${url} takes it`);
  return problem(
    `${url} answered ${status} to ECR’s password`,
    'Get new temporary credentials: npx biot-plugin login',
  );
}
