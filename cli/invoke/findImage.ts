import { openDocker } from '../../deploy/docker.ts';
import { EXIT, Failure } from '../../deploy/failure.ts';
import { makeStateDirectory, readPushedImage } from '../../deploy/stateDirectory.ts';
import type { Session } from '../session.ts';

/** The id of an image that the engine has: the one that is named, or the one built last. @throws Failure */
export async function findImage(session: Session, image: string | true): Promise<string> {
  const reference = image === true ? await readLast(session) : image;
  const stateDirectory = await makeStateDirectory(session.stateDirectory); // or docker's folder in it would make it
  const docker = await openDocker(stateDirectory, session.env, session.signal);
  const { code, stdout } = await docker.run(['image', 'inspect', '--format', '{{.Id}}', reference]);
  if (code === 0) return stdout.trim();
  throw noImage(`The container engine has no image ${reference}`);
}

async function readLast({ stateDirectory }: Session): Promise<string> {
  const last = await readPushedImage(stateDirectory);
  if (last) return `${last.repositoryUri}:${last.imageTag}`;
  throw noImage('No image has been built from here yet');
}

const noImage = (message: string) =>
  new Failure({
    code: 'NO_IMAGE',
    exitCode: EXIT.usage,
    message,
    cure: 'Build one (npx biot-plugin build-and-push), or name one that docker image ls shows: --image REF',
  });
