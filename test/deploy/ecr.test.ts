import { getRegistryLogin } from '../../deploy/ecr.ts';

describe('getRegistryLogin', () => {
  it.each(['127.0.0.1:4701/biot-plugins', 'localhost:4701/biot-plugins'])(
    'does not send a local BioT’s credentials for %s to AWS',
    async (repositoryUri) => {
      const credentials = {
        accessKeyId: 'a',
        secretAccessKey: 'b',
        sessionToken: 'c',
        expiration: '2099-01-01T00:00:00Z',
      };

      const login = getRegistryLogin({ credentials, region: 'us-east-1', repositoryUri }, { env: {} });

      await expect(login).rejects.toMatchObject({
        code: 'MISSING_SETTING',
        exitCode: 2,
        message: expect.stringContaining('AWS_ENDPOINT_URL_ECR is not set'),
      });
    },
  );
});
