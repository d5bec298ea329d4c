import { connect } from '../../deploy/connect.ts';
import { toFailure } from '../../deploy/toFailure.ts';

describe('toFailure', () => {
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
});
