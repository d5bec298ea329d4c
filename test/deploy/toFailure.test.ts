import { connect } from '../../deploy/connect.ts';
import { toFailure } from '../../deploy/toFailure.ts';
import { type BiotServer, startBiotServer } from '../builders/biotServer.ts';

describe('toFailure', () => {
  let server: BiotServer;

  const refuse = async (status: number, body: object): Promise<unknown> => {
    server.route('GET /refused', { status, body });
    const biot = connect({ baseUrl: server.baseUrl, token: 'any' }, undefined);
    return biot.get('/refused').catch((error: unknown) => error);
  };

  beforeAll(async () => {
    server = await startBiotServer();
  });

  afterAll(() => server.close());

  it('tells of a local BioT that does not run', async () => {
    const biot = connect({ baseUrl: 'http://127.0.0.1:1', token: 'any' }, undefined);

    const failure = toFailure(await biot.get('/settings/v2/plugins').catch((error: unknown) => error));

    expect(failure).toMatchObject({
      code: 'BIOT_UNREACHABLE',
      exitCode: 1,
      message: 'BioT does not answer: connect ECONNREFUSED 127.0.0.1:1',
      cure: expect.stringContaining('npx biot-plugin emulator'),
    });
  });

  it.each([
    ['what the message has not', 'the timeout is wrong', { timeout: 901 }, ': {"timeout":901}'],
    ['nothing that the message has said', 'there is no plugin nosuch', { pluginName: 'nosuch' }, ''],
    ['nothing where there are none', 'there is no plugin nosuch', {}, ''],
  ])('adds of BioT’s details %s', async (...[_name, message, details, added]) => {
    const refused = await refuse(404, { code: 'PLUGIN_NOT_FOUND', message, details });

    const failure = toFailure(refused);

    expect(failure).toMatchObject({
      message: `BioT refused (404) PLUGIN_NOT_FOUND: ${message}${added}`,
      cure: expect.stringMatching(/^npx biot-plugin list /),
    });
  });
});
