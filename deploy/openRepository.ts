import { ensureLogin } from './ensureLogin.ts';
import { EXIT, Failure } from './failure.ts';
import type { Place } from './place.ts';
import { openRegistry, type Registry } from './registry.ts';
import { toRegistryFailure } from './registryFailures.ts';
import type { PushedImage } from './stateDirectory.ts';
import { fetchTempCredentials } from './tempCredentials.ts';

export type OpenRepositoryOptions = Pick<Place, 'stateDirectory' | 'env' | 'settings' | 'biot' | 'signal'> & {
  /** Told before each wait for a registry that is overloaded. */
  onRetry?(line: string): void;
};

/** BioT's repository of images, with a login to it. */
export type Repository = {
  repositoryUri: string;
  /** The BioT that it is known to belong to. */
  baseUrl: string | undefined;
  registry: Registry;
  /** @throws Failure also when BioT names another repository by now */
  renewLogin(): Promise<void>;
  /** Has it this image under this tag? No where it cannot be told. @throws Failure when the login is refused */
  has(image: Pick<PushedImage, 'repositoryUri' | 'imageTag' | 'digest'>): Promise<boolean>;
};

/** Takes temporary credentials from BioT when the login that is remembered will not do. @throws Failure */
export async function openRepository(options: OpenRepositoryOptions): Promise<Repository> {
  const { stateDirectory, env, settings, biot, signal, onRetry } = options;
  const { baseUrl, ecrEndpoint } = settings;
  const fetchCredentials = () => fetchTempCredentials(biot);
  const source = { stateDirectory, env, baseUrl, ecrEndpoint, signal, onRetry, fetchCredentials };
  const { repositoryUri, baseUrl: owner } = await ensureLogin(source);
  const renewLogin = async () => {
    const renewed = await ensureLogin(source, { isRefused: true });
    if (renewed.repositoryUri !== repositoryUri) throw otherRepository(repositoryUri, renewed.repositoryUri);
  };
  const registry = openRegistry({
    ...{ stateDirectory, env, signal, repositoryUri, renewLogin },
    ...(onRetry && { onRetry }),
  });
  return {
    ...{ repositoryUri, baseUrl: owner, registry, renewLogin },
    async has(image) {
      if (image.repositoryUri !== repositoryUri) return false;
      const answer = await registry.readManifest(image.imageTag);
      if (answer.kind === 'refused')
        throw toRegistryFailure('The registry refuses to be read', answer.message);
      return answer.kind === 'found' && answer.digest === image.digest;
    },
  };
}

const otherRepository = (before: string, now: string) =>
  new Failure({
    code: 'OTHER_REPOSITORY',
    exitCode: EXIT.failed,
    message: `BioT now names the repository ${now}, and the image is for ${before}`,
    cure: 'Run the command again: it goes to the new one.',
  });
