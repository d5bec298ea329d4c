import { extractDataFromEvent } from '../../../src/interceptorPre/extractDataFromEvent.ts';
import { interceptedRequest, PATIENTS, preEvent } from '../../builders/events.ts';

describe('extractDataFromEvent', () => {
  it('returns the intercepted call and the token', () => {
    const extracted = extractDataFromEvent(preEvent('the-token'));

    expect(extracted).toEqual({
      data: {
        apiId: `POST${PATIENTS}`,
        entityName: 'patient',
        method: 'POST',
        initiatorData: {
          subjectId: '3e256d8d-e5e2-42bf-a091-1e6b4afef2fb',
          ownerOrganizationId: '00000000-0000-0000-0000-000000000000',
          tokenType: 'USER',
        },
        request: interceptedRequest(),
      },
      token: 'the-token',
    });
  });

  it('throws NO_DATA when there is no request', () => {
    const extract = () => extractDataFromEvent(preEvent('t', { body: { request: null } }));

    expect(extract).toThrow(expect.objectContaining({ code: 'NO_DATA' }));
  });
});
