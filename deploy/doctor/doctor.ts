import { toFailure } from '../toFailure.ts';
import { checkBiot, checkClock } from './biotChecks.ts';
import { checkLogin, checkPermission } from './callerChecks.ts';
import { type Check, type CheckResult, type Finding, type Patient, skipped } from './check.ts';
import { checkDisk } from './checkDisk.ts';
import { checkEnvFiles } from './checkEnvFiles.ts';
import { checkEsbuild, checkInstall, checkRuntimeClient } from './checkInstall.ts';
import { checkNode } from './checkNode.ts';
import { checkPluginFile } from './checkPluginFile.ts';
import { checkStateDirectory } from './checkStateDirectory.ts';
import { checkBaseImage, checkBuilder, checkDocker, checkEngine, checkPlatform } from './dockerChecks.ts';
import { checkCredentialHelper } from './dockerConfigCheck.ts';
import { checkAddress, checkDns, checkTcp, checkTls } from './networkChecks.ts';
import { checkCredentials, checkEcr, checkRegistry } from './registryChecks.ts';

/** Each stands by itself. */
const LOCAL: Check[] = [
  { name: 'node', run: checkNode },
  { name: 'npm install', run: checkInstall },
  { name: 'esbuild', run: checkEsbuild },
  { name: 'aws-lambda-ric', run: checkRuntimeClient },
  { name: '.biot', run: checkStateDirectory },
  { name: 'disk', run: checkDisk },
  { name: 'settings', run: checkEnvFiles },
  { name: 'plugin.json', run: checkPluginFile },
];

/** Each leads on to the next. */
const DOCKER: Check[] = [
  { name: 'docker', run: checkDocker },
  { name: 'engine', run: checkEngine },
  { name: 'builder', run: checkBuilder },
  { name: 'platform', run: checkPlatform },
  { name: 'base image', run: checkBaseImage },
];

const REMOTE: Check[] = [
  { name: 'address', run: checkAddress },
  { name: 'dns', run: checkDns },
  { name: 'tcp', run: checkTcp },
  { name: 'tls', run: checkTls },
  { name: 'biot', run: checkBiot },
  { name: 'clock', run: checkClock },
  { name: 'login', run: checkLogin },
  { name: 'permission', run: checkPermission },
];

const REPOSITORY: Check[] = [
  { name: 'credentials', run: checkCredentials },
  { name: 'ecr', run: checkEcr },
  { name: 'registry', run: checkRegistry },
];

/** Looks at one thing after the other and never stops at the first; `tell` gets each as it is known. */
export async function examine(patient: Patient, tell: (result: CheckResult) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const add = (result: CheckResult) => {
    results.push(result);
    tell(result);
  };
  for (const check of LOCAL) add(await runCheck(check, patient));
  await runChain(DOCKER, patient, add);
  add(await runCheck({ name: 'docker configuration', run: checkCredentialHelper }, patient));
  await runChain([...REMOTE, ...REPOSITORY], patient, add);
  return results;
}

/** Behind what is broken nothing can be said, which is one line; behind what does not apply there is nothing to say. */
async function runChain(chain: Check[], patient: Patient, add: (result: CheckResult) => void): Promise<void> {
  for (const [index, check] of chain.entries()) {
    const result = await runCheck(check, patient);
    add(result);
    if (result.status === 'skipped') return;
    if (result.status !== 'problem') continue;
    const behind = chain.slice(index + 1).map(({ name }) => name);
    if (behind.length > 0)
      add({ name: `behind ${check.name}`, ...skipped(`Not looked at: ${behind.join(', ')}`), ms: 0 });
    return;
  }
}

async function runCheck({ name, run }: Check, patient: Patient): Promise<CheckResult> {
  patient.signal.throwIfAborted();
  const begun = performance.now();
  const finding = await run(patient).catch(toFinding);
  return { name, ...finding, ms: Math.round(performance.now() - begun) };
}

function toFinding(error: unknown): Finding {
  const { message, cure } = toFailure(error);
  return { status: 'problem', message, cure };
}
