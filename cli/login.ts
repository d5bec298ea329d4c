import { addCommand, type CommandLine } from './addCommand.ts';
import { readStdin } from './prompt.ts';

export function addLogin(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'login',
    summary: 'log docker in to the plugins’ repository with temporary credentials from BioT',
    example: 'biot-plugin login --credentials credentials.json',
    options: [
      [
        '--credentials <file>',
        'the saved temp-credentials response, or - for standard input (default: ask BioT)',
      ],
    ],
    async run(session, _args, { credentials }) {
      const { login } = await import('../deploy/login.ts');
      const { fetchTempCredentials, readTempCredentials } = await import('../deploy/tempCredentials.ts');
      const { stateDirectory, env, settings } = session;
      const temporary = () =>
        credentials !== undefined
          ? readTempCredentials(credentials, readStdin)
          : fetchTempCredentials(session.biot());

      const repository = await login(temporary, { stateDirectory, env, ecrEndpoint: settings.ecrEndpoint });
      session.say('Docker is logged in. Next: npx biot-plugin build-and-push');
      return { text: `repositoryUri=${repository.repositoryUri}`, json: repository };
    },
  });
}
