import { response } from '../../../src/notification/response.ts';
import { TRACE_ID } from '../../builders/events.ts';

describe('response', () => {
  it('answers 200 with an empty object', () => {
    const answer = response(undefined, { metadata: {} }, TRACE_ID);

    expect(answer).toEqual({
      statusCode: 200,
      headers: {
        'content-type': 'application/json',
        traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
      },
      body: '{}',
    });
  });
});
