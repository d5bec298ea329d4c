import { EXIT, Failure } from '../deploy/failure.ts';
import { readRepository } from '../deploy/stateDirectory.ts';
import { addCommand, type CommandLine } from './addCommand.ts';

export function addBuildAndPush(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'build-and-push [buildArgs...]',
    summary: 'build the image for Lambda and push it under a tag never used before',
    example: 'biot-plugin build-and-push -- --build-arg NODE_IMAGE=node:24-bookworm-slim',
    options: [
      ['--tag <tag>', 'the tag (default: the time and a random part)'],
      ['--repository-uri <uri>', 'the repository (default: the one that login remembered)'],
    ],
    async run(session, buildArgs, { tag, repositoryUri }) {
      const { buildAndPush } = await import('../deploy/buildAndPush.ts');
      const { projectRoot, stateDirectory, env, show } = session;
      const repository = repositoryUri ?? (await readRepository(stateDirectory))?.repositoryUri;
      if (!repository) throw notLoggedIn();

      const options = {
        projectRoot,
        stateDirectory,
        env,
        repositoryUri: repository,
        buildArgs,
        onOutput: show,
      };
      const image = await buildAndPush({ ...options, ...(tag && { tag }) });
      session.say('The image is pushed. Next: npx biot-plugin create');
      return { text: `imageTag=${image.imageTag}`, json: image };
    },
  });
}

const notLoggedIn = () =>
  new Failure({
    code: 'NO_REPOSITORY',
    exitCode: EXIT.usage,
    message: 'It is not known where to push to',
    cure: 'Log in first (npx biot-plugin login), or pass --repository-uri.',
  });
