import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { type Sbom, writeBundleSbom } from '../../../deploy/supply/writeSboms.ts';
import { makeFolder } from '../../builders/folder.ts';
import { copyProject, PROJECT_ROOT } from '../../builders/project.ts';

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

type Component = {
  'bom-ref': string;
  name: string;
  version: string;
  purl?: string;
  licenses?: unknown[];
  hashes?: { alg: string; content: string }[];
};
type Bom = {
  metadata: { component: Component; timestamp?: string };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
};

describe('writeBundleSbom', () => {
  const [one, other, wrong] = [copyProject(), copyProject('other'), copyProject('wrong')];
  const write = (projectRoot: string, env: NodeJS.ProcessEnv = {}): Promise<Sbom> =>
    writeBundleSbom({ projectRoot, stateDirectory: makeFolder(), env, show: () => undefined });
  const read = ({ path }: Sbom): Bom => JSON.parse(readFileSync(path, 'utf8'));

  it('writes what CycloneDX 1.6 allows', async () => {
    const { path } = await write(one);

    expect(await validator.validate(readFileSync(path, 'utf8'))).toBeNull();
  });

  it('writes the same bytes of another checkout, and of its own each time', async () => {
    const texts: string[] = [];
    for (const root of [one, other, one]) texts.push(readFileSync((await write(root)).path, 'utf8'));

    expect(new Set(texts).size).toBe(1);
  });

  it('has a time only where SOURCE_DATE_EPOCH gives one', async () => {
    const without = read(await write(one));
    const dated = read(await write(one, { SOURCE_DATE_EPOCH: '86400' }));

    expect(without.metadata).not.toHaveProperty('timestamp');
    expect(dated.metadata.timestamp).toBe('1970-01-02T00:00:00.000Z');
  });

  it('describes the bundle by its hash, and each package by version, licence, purl and hash of its archive', async () => {
    const { metadata, components } = read(await write(one));

    const code = readFileSync(join(one, 'dist/index.js'));
    const locked = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package-lock.json'), 'utf8')).packages;
    const { version, integrity } = locked['node_modules/axios'];
    expect(metadata.component.hashes).toEqual([
      { alg: 'SHA-256', content: createHash('sha256').update(code).digest('hex') },
    ]);
    expect(components.find(({ name }) => name === 'axios')).toEqual({
      type: 'library',
      'bom-ref': `pkg:npm/axios@${version}`,
      name: 'axios',
      version,
      purl: `pkg:npm/axios@${version}`,
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [
        { alg: 'SHA-512', content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') },
      ],
    });
    const bare = components.filter(({ purl, licenses, hashes }) => !purl || !licenses || !hashes);
    expect([components.length > 30, bare]).toEqual([true, []]);
  });

  it('leads from the bundle to each package', async () => {
    const { metadata, components, dependencies } = read(await write(one));

    const reached = new Set([metadata.component['bom-ref']]);
    for (const ref of reached)
      for (const next of dependencies.find((from) => from.ref === ref)?.dependsOn ?? []) reached.add(next);
    expect(components.filter((component) => !reached.has(component['bom-ref']))).toEqual([]);
  });

  it('throws NOT_AS_LOCKED where other packages are installed than the lock file has', async () => {
    const text = readFileSync(join(PROJECT_ROOT, 'package-lock.json'), 'utf8');
    writeFileSync(
      join(wrong, 'package-lock.json'),
      text.replaceAll('"node_modules/axios"', '"node_modules/x"'),
    );

    await expect(write(wrong)).rejects.toMatchObject({ code: 'NOT_AS_LOCKED' });
  });
});
