import { response } from '../../../src/nonspecific/response.ts';
import { TRACE_ID } from '../../builders/events.ts';

describe('response', () => {
  it('answers 200 with what perform returned', () => {
    const answer = response({ patients: 3, none: null }, { kind: 'scheduled' }, TRACE_ID);

    expect(answer).toEqual({
      statusCode: 200,
      headers: {
        'content-type': 'application/json',
        traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
      },
      body: '{"patients":3,"none":null}',
    });
  });
});
