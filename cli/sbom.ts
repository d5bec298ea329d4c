import { dirname } from 'node:path';
import { Command } from 'commander';
import { EXIT, Failure } from '../deploy/failure.ts';
import { makeStateDirectory, readPushedImage } from '../deploy/stateDirectory.ts';
import type { Sbom, SbomImage, SbomOptions } from '../deploy/supply/writeSboms.ts';
import { writeBundleSbom, writeImageSbom } from '../deploy/supply/writeSboms.ts';
import { addCommand } from './addCommand.ts';
import type { Session } from './session.ts';

const program = new Command('npm run').showHelpAfterError().exitOverride(({ exitCode }) => {
  process.exit(exitCode === 0 ? 0 : EXIT.usage);
});
addCommand(
  {
    program,
    projectRoot: dirname(import.meta.dirname),
    usage: 'sbom',
    summary: 'write what the bundle and the image consist of, as CycloneDX',
  },
  {
    example: 'npm run sbom -- --image my-plugin:1',
    options: [['--image <reference>', 'that image (default: the one that was pushed last from here)']],
    async run(session, _args, { image: reference }) {
      const { projectRoot, env, signal, show, steps } = session;
      const stateDirectory = await makeStateDirectory(session.stateDirectory);
      const options: SbomOptions = { projectRoot, stateDirectory, env, signal, show };
      const { parts, ...ofBundle } = await writeBundleSbom(options);
      const image = await findImage(session, reference);
      const title = `Looking into ${image?.reference}`;
      const ofImage = image && (await steps.run({ title }, () => writeImageSbom(options, image, parts)));
      const written: Sbom[] = [ofBundle, ...(ofImage ? [ofImage] : [])];
      const lines = written.map(({ path, components }) => `${components} components are in ${path}`);
      return { text: lines.join('\n'), json: { bundle: ofBundle, ...(ofImage && { image: ofImage }) } };
    },
  },
);

/** Undefined where none was built from here, or the engine does not have it any more: then the bundle's has to do. */
async function findImage(session: Session, named: string | undefined): Promise<SbomImage | undefined> {
  const last = await readPushedImage(session.stateDirectory);
  const reference = last && `${last.repositoryUri}:${last.imageTag}`;
  if (named) return { reference: named, buildArgs: (named === reference && last?.buildArgs) || [] };
  if (last && reference && (await hasImage(session, reference)))
    return { reference, buildArgs: last.buildArgs ?? [] };
  session.say('No image of this project is here: only the bundle is described. Name one with -- --image REF');
  return undefined;
}

async function hasImage({ stateDirectory, env, signal }: Session, reference: string): Promise<boolean> {
  const [{ openDocker }, { inspectImage }] = await Promise.all([
    import('../deploy/docker.ts'),
    import('../deploy/checkImage/inspectImage.ts'),
  ]);
  try {
    await inspectImage(await openDocker(stateDirectory, env, signal), reference);
    return true;
  } catch (error) {
    if (error instanceof Failure && ['NO_IMAGE', 'NO_CONTAINER_ENGINE'].includes(error.code)) return false;
    throw error;
  }
}

await program.parseAsync(['sbom', ...process.argv.slice(2)], { from: 'user' });
