import { readRepository } from '../deploy/stateDirectory.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { Session } from './session.ts';

export function addBuildAndPush(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin build-and-push -- --build-arg NODE_IMAGE=node:24-bookworm-slim',
    options: [
      ['--tag <tag>', 'the tag (default: the time and a random part)'],
      ['--repository-uri <uri>', 'the repository (default: the one that login remembered)'],
    ],
    async run(session, buildArgs, { tag, repositoryUri }) {
      const { buildAndPush } = await import('../deploy/buildAndPush.ts');
      const { projectRoot, stateDirectory, env, signal, steps } = session;
      const target = repositoryUri ? { repositoryUri } : await findTarget(session);
      const place = { projectRoot, stateDirectory, env, signal, steps };

      const image = await buildAndPush({ ...place, ...target, tag, buildArgs });
      session.say('The image is pushed. Next: npx biot-plugin deploy');
      return { text: `imageTag=${image.imageTag}`, json: image };
    },
  });
}

/** Where `login` has logged docker in, with a new login where that one is over and the settings let BioT be asked. */
async function findTarget(session: Session) {
  const { stateDirectory, env, settings, signal } = session;
  const { ensureLogin, notLoggedIn } = await import('../deploy/ensureLogin.ts');
  const { fetchTempCredentials } = await import('../deploy/tempCredentials.ts');
  if (!(await readRepository(stateDirectory))) throw notLoggedIn();
  const { baseUrl, ecrEndpoint, token, username } = settings;
  const fetchCredentials =
    baseUrl && (token || username) ? () => fetchTempCredentials(session.biot()) : undefined;
  const source = { stateDirectory, env, signal, baseUrl, ecrEndpoint, fetchCredentials };
  const repository = await ensureLogin(source);
  const renewLogin = fetchCredentials && (() => ensureLogin(source, { isRefused: true }));
  return { repositoryUri: repository.repositoryUri, baseUrl: repository.baseUrl, renewLogin };
}
