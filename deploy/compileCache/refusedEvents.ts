const YEAR_2100 = 4_102_444_800;

/**
 * An event for each hook that goes as far as the signature of its token, which is nobody's: so all of the flow runs but
 * the author's code.
 */
export function refusedEvents(): object[] {
  const jwt = forgedToken();
  const interception = { apiId: 'GET/', entityName: '', method: 'GET', request: { path: '/' } };
  const response = { body: {}, entities: [], httpStatusCode: '200 OK' };
  return [
    toEvent({ hooktype: 'NOTIFICATION' }, { metadata: {}, data: { entity: {} }, jwt }),
    toEvent({ hooktype: 'INTERCEPTOR_PRE', authorization: `Bearer ${jwt}` }, interception),
    toEvent({ hooktype: 'INTERCEPTOR_POST', authorization: `Bearer ${jwt}` }, { ...interception, response }),
    toEvent(
      { hooktype: 'INTERCEPTOR_POST_ENTITY', authorization: `Bearer ${jwt}` },
      { ...interception, response },
    ),
    toEvent({ authorization: `Bearer ${jwt}` }, {}),
  ];
}

const toEvent = (headers: Record<string, string>, body: object): object => ({
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: { traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-00`, ...headers },
  requestContext: { http: { method: 'POST', path: '/' } },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});

const forgedToken = (): string =>
  [toBase64({ alg: 'RS512' }), toBase64({ exp: YEAR_2100, scopes: [] }), 'A'.repeat(342)].join('.');

const toBase64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
