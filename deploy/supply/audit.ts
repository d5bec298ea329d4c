import { bundle } from '../bundle.ts';
import type { Finding } from '../checkImage/finding.ts';
import { isAllowedLicence } from './isAllowedLicence.ts';
import { type LockedPackage, listRuntimeClient, readLockFile } from './lockFile.ts';
import { type ReadOptions, readVulnerabilities, type Vulnerability } from './readVulnerabilities.ts';

type Shipped = Pick<LockedPackage, 'name' | 'version' | 'licence'> & { path: string };

export type Audit = {
  findings: Finding[];
  /** How many ship. */
  packages: number;
  /** Did the registry tell? */
  isKnown: boolean;
};

/**
 * Looks at the packages that ship, in the bundle and in the image: may they, and is a vulnerability known? What only
 * takes part in the build is a warning, and so is a registry that does not tell.
 */
export async function audit(options: ReadOptions): Promise<Audit> {
  const [{ packages }, lock, answer] = await Promise.all([
    bundle(options.projectRoot),
    readLockFile(options.projectRoot),
    readVulnerabilities(options),
  ]);
  const ofImage = listRuntimeClient(lock).map((path) => ({ path, ...(lock.get(path) as LockedPackage) }));
  const shipped: Shipped[] = [...packages, ...ofImage];
  const licences = shipped.filter(({ licence }) => !isAllowedLicence(licence)).map(forbidden);
  const paths = new Set(shipped.map(({ path }) => path));
  const isKnown = answer.kind === 'known';
  const told = isKnown ? answer.vulnerabilities.map((found) => judge(found, paths)) : [unknown(answer.why)];
  return { findings: [...licences, ...told], packages: shipped.length, isKnown };
}

const judge = (found: Vulnerability, shipped: Set<string>): Finding =>
  found.paths.some((path) => shipped.has(path)) ? vulnerable(found) : vulnerableTool(found);

const forbidden = ({ name, version, licence }: Shipped): Finding => ({
  code: 'LICENCE_FORBIDDEN',
  severity: 'error',
  message: `${name} ${version} ships with the plugin and ${licence ? `is under ${licence}` : 'states no licence'}, which is not one of those that may`,
  cure: 'Use another package, or let the licence be judged and added to deploy/supply/isAllowedLicence.ts.',
});

const say = ({ name, title, severity, url }: Vulnerability) => `${name}: ${title} (${severity}, ${url})`;

const vulnerable = (found: Vulnerability): Finding => ({
  code: 'VULNERABLE',
  severity: 'error',
  message: `A package that ships with the plugin has a known vulnerability. ${say(found)}`,
  cure: 'Upgrade it, or what brings it (npm ls NAME), or set a fixed version in "overrides" of package.json.',
});

const vulnerableTool = (found: Vulnerability): Finding => ({
  code: 'VULNERABLE_TOOL',
  severity: 'warning',
  message: `A package that takes part in the build, and does not ship, has a known vulnerability. ${say(found)}`,
  cure: 'Upgrade it when there is a version without.',
});

const unknown = (why: string): Finding => ({
  code: 'VULNERABILITIES_UNKNOWN',
  severity: 'warning',
  message: `The registry does not tell which vulnerabilities are known: ${why}`,
  cure: 'Run it again where the public npm registry can be reached.',
});
