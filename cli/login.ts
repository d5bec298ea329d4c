import { addCommand, type CommandLine } from './addCommand.ts';
import { readStdin } from './prompt.ts';

export function addLogin(cli: CommandLine): void {
  addCommand(cli, {
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
      const { stateDirectory, env, signal, settings } = session;
      const { ecrEndpoint, baseUrl } = settings;
      const temporary = () =>
        credentials !== undefined
          ? readTempCredentials(credentials, readStdin)
          : fetchTempCredentials(session.biot());

      const place = { stateDirectory, env, signal, onRetry: session.say, ecrEndpoint };
      const owner = credentials === undefined ? { baseUrl } : {}; // whose a file's are, nobody knows
      const repository = await login(temporary, { ...place, ...owner });
      session.say('Docker is logged in. Next: npx biot-plugin build-and-push');
      return { text: `repositoryUri=${repository.repositoryUri}`, json: repository };
    },
  });
}
