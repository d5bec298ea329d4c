import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, ok, type Patient, problem } from './check.ts';

type Place = Pick<Patient, 'projectRoot'>;

type Package = { version?: string } & Partial<
  Record<'dependencies' | 'devDependencies', Record<string, string>>
>;

const CLEAN = 'Install what package-lock.json says: npm ci';
const SHOWN = 5;

/** Is each package there, in the version that package.json pins? */
export async function checkInstall({ projectRoot }: Place): Promise<Finding> {
  const { dependencies, devDependencies } = await readPackage(projectRoot);
  const wanted = Object.entries({ ...dependencies, ...devDependencies });
  const looked = await Promise.all(wanted.map((entry) => compare(projectRoot, entry)));
  const wrong = looked.filter((each) => each !== undefined);
  if (wrong.length === 0) return ok(`${wanted.length} packages are as package.json pins them`);
  const more = wrong.length > SHOWN ? ` and ${wrong.length - SHOWN} more` : '';
  return problem(`Not as package.json pins them: ${wrong.slice(0, SHOWN).join(', ')}${more}`, CLEAN);
}

async function compare(projectRoot: string, [name, wanted]: [string, string]): Promise<string | undefined> {
  const { version } = await readPackage(join(projectRoot, 'node_modules', name));
  if (version === undefined) return `${name} (missing)`;
  return wanted === version || wanted.includes(':') ? undefined : `${name} (${version} for ${wanted})`;
}

async function readPackage(folder: string): Promise<Package> {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Package;
  } catch {
    return {};
  }
}

/** Its program is another one for each system: a copied node_modules has the wrong one. */
export async function checkEsbuild(): Promise<Finding> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const { transform, version } = await import('esbuild');
    await transform('1');
    return ok(`${version} runs on ${platform}`);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return problem(`It does not run on ${platform}: ${reason}`, `Do not copy node_modules. ${CLEAN}`);
  }
}

/** An optional dependency, as it compiles itself. */
export async function checkRuntimeClient({ projectRoot }: Place): Promise<Finding> {
  const isBuilt = existsSync(join(projectRoot, 'node_modules/aws-lambda-ric/rapid-client.node'));
  if (isBuilt) return ok('It was built: the local BioT runs handlers with it');
  if (process.platform !== 'linux')
    return ok(`It does not build on ${process.platform}; a small client stands in`);
  return ok(
    'It was not built here (that needs cmake, g++, make, python3 and xz): a small client stands in; the image has it',
  );
}
