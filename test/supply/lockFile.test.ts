import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowedLicence, TOOL_LICENCES } from '../../deploy/supply/isAllowedLicence.ts';
import { PROJECT_ROOT } from '../builders/project.ts';

type Locked = {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  hasInstallScript?: boolean;
};

const read = (name: string) => JSON.parse(readFileSync(join(PROJECT_ROOT, name), 'utf8'));

describe('package.json', () => {
  const { dependencies, optionalDependencies, devDependencies } = read('package.json');

  it('names each package with one exact version, and one folder of this project', () => {
    const wanted: [string, string][] = Object.entries({
      ...dependencies,
      ...optionalDependencies,
      ...devDependencies,
    });

    const inexact = wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));

    expect(wanted.length).toBeGreaterThan(20);
    expect(inexact).toEqual([['biot-plugin', 'file:cli']]);
  });
});

describe('package-lock.json', () => {
  const packages: [string, Locked][] = Object.entries(read('package-lock.json').packages);
  const fetched = packages.filter(([path, { link }]) => path.includes('node_modules/') && !link);

  it('tells the hash of each package, of those for other systems too', () => {
    const unsure = fetched.filter(
      ([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity),
    );

    expect(fetched.length).toBeGreaterThan(400);
    expect(unsure.map(([path]) => path)).toEqual([]);
  });

  it('leads to no host: each package comes from the registry that npm is set up for', () => {
    const elsewhere = packages.filter(([, { resolved }]) => resolved !== undefined);

    expect(elsewhere.map(([path, { resolved }]) => [path, resolved])).toEqual([
      ['node_modules/biot-plugin', 'cli'],
    ]);
  });

  it('has scripts that run when it is installed only where package.json says whether they may', () => {
    const withScript = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = withScript.map(([path]) => path.split('node_modules/').at(-1));

    expect(Object.keys(read('package.json').allowScripts).sort()).toEqual([...new Set(names)].sort());
  });

  it('has packages only under licences that are free for our use, of tools too', () => {
    const others = fetched.filter(([, { license }]) => !isAllowedLicence(license, TOOL_LICENCES));

    expect(others.map(([path, { license }]) => [path, license])).toEqual([]);
  });
});
