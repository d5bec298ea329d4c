import { PluginError } from '../../../src/runtime/errors.ts';
import { errorResponseCreator, successResponse } from '../../../src/runtime/response.ts';
import { pluginConfig } from '../../builders/config.ts';
import { TRACE_ID } from '../../builders/events.ts';

const config = pluginConfig('http://localhost');
const headers = {
  'content-type': 'application/json',
  traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
};

describe('successResponse', () => {
  it.each<[string, unknown, string]>([
    ['an object', { a: null, b: [1] }, '{"a":null,"b":[1]}'],
    ['an empty object', {}, '{}'],
    ['nothing', undefined, '{}'],
    ['null', null, '{}'],
    ['text', 'done', '"done"'],
    ['a list', [], '[]'],
  ])('answers 200 with JSON text for %s', (_name, body, expected) => {
    const response = successResponse(body, TRACE_ID);

    expect(response).toEqual({ statusCode: 200, headers, body: expected });
  });
});

describe('errorResponseCreator', () => {
  it('answers with BioT’s error body, as JSON text', () => {
    const failure = new PluginError('CALL_TO_API_FAILED', {
      details: { status: 404, code: 'ENTITY_NOT_FOUND' },
      cause: new Error('inside'),
    });

    const { body, ...response } = errorResponseCreator(failure, config, TRACE_ID);

    expect(response).toEqual({ statusCode: 502, headers });
    expect(JSON.parse(body)).toEqual({
      code: 'CALL_TO_API_FAILED',
      message: 'A call from the plugin to BioT failed.',
      serviceName: 'Example',
      traceId: TRACE_ID,
      environment: 'test',
      details: { status: 404, code: 'ENTITY_NOT_FOUND' },
    });
  });

  it.each<[string, unknown]>([
    ['text', 'why'],
    ['a list', ['why']],
    ['what JSON makes text of', new Date()],
    ['what JSON has no word for', { size: 10n }],
  ])('leaves out details that are no JSON object: %s', (_name, details) => {
    const failure = new PluginError('NO_DATA', { details: details as Record<string, unknown> });

    const { body } = errorResponseCreator(failure, config, TRACE_ID);

    expect(JSON.parse(body).details).toEqual({});
  });

  it('answers with what an author’s own error says', () => {
    const failure = new PluginError({ code: 'TOO_LATE', status: 409, message: 'Zu spät: "nein".' });

    const { statusCode, body } = errorResponseCreator(failure, config, TRACE_ID);

    expect(statusCode).toBe(409);
    expect(JSON.parse(body)).toEqual({
      code: 'TOO_LATE',
      message: 'Zu spät: "nein".',
      serviceName: 'Example',
      traceId: TRACE_ID,
      environment: 'test',
      details: {},
    });
  });
});
