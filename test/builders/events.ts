/** A function-URL event (payload 2.0), as Lambda makes it of an HTTP call. */
export type FunctionUrlEvent = {
  version: string;
  routeKey: string;
  rawPath: string;
  rawQueryString: string;
  queryStringParameters?: Record<string, string>;
  headers: Record<string, string>;
  requestContext: Record<string, unknown>;
  body?: string;
  isBase64Encoded: boolean;
};

type Json = Record<string, unknown>;

/** `overrides` of the body: a field that is undefined is absent. */
type EventOptions = { body?: Json; headers?: Record<string, string | undefined>; traceId?: string };

const HOST = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws';

export const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';
export const PATIENTS = '/organization/v1/users/patients';
export const PATIENT_ID = '7d0f4f7a-93b3-4a2e-93b6-3c6b8f6d9f10';
export const CALLER_TOKEN = 'token-of-the-person-who-called-the-api';

export const toTraceparent = (traceId: string): string => `00-${traceId}-ff435abc75711595-00`;

/** A patient as BioT's API gives it: what has no value is there as null. */
export const patient = (overrides: Json = {}): Json => ({
  _id: PATIENT_ID,
  _name: { firstName: 'First', lastName: 'Last' },
  _dateOfBirth: '1990-06-15',
  _email: 'first.last@example.com',
  _nationalId: '123456789',
  _enabled: 'ENABLED',
  _phone: null,
  _address: null,
  _caregiver: { id: null, templateId: null, name: null },
  _creationTime: '2025-11-19T10:22:54.226Z',
  ...overrides,
});

export function notificationEvent(token: string | undefined, options: EventOptions = {}): FunctionUrlEvent {
  const body = {
    metadata: {
      entityTypeName: 'patient',
      actionName: '_update',
      status: 'SUCCESS',
      startTime: '2025-11-19T10:22:54.226156564Z',
      endTime: '2025-11-19T10:22:54.6037548Z',
      initiator: {
        subject: { id: '3e256d8d-e5e2-42bf-a091-1e6b4afef2fb' },
        sourceIpAddress: '192.0.2.10:59290',
      },
    },
    data: {
      entity: patient(),
      additionalData: { oldEntity: patient({ _name: { firstName: 'Before', lastName: 'Last' } }) },
    },
    jwt: token,
    ...options.body,
  };
  return functionUrlEvent({
    body: JSON.stringify(body),
    headers: {
      hooktype: 'NOTIFICATION',
      'content-type': 'application/json',
      'user-agent': 'ReactorNetty/1.2.10',
      traceparent: toTraceparent(options.traceId ?? TRACE_ID),
      ...options.headers,
    },
  });
}

export const preEvent = (token: string | undefined, options: EventOptions = {}): FunctionUrlEvent =>
  interceptorEvent('INTERCEPTOR_PRE', token, {
    ...options,
    body: {
      method: 'POST',
      entityName: 'patient',
      apiId: `POST${PATIENTS}`,
      request: interceptedRequest(),
      ...options.body,
    },
  });

export const postEvent = (token: string | undefined, options: EventOptions = {}): FunctionUrlEvent =>
  interceptorEvent('INTERCEPTOR_POST', token, {
    ...options,
    body: {
      method: 'GET',
      entityName: 'patient',
      apiId: `GET${PATIENTS}/{id}`,
      request: getRequest(),
      response: { body: patient(), httpStatusCode: '200 OK' },
      ...options.body,
    },
  });

export const postEntityEvent = (token: string | undefined, options: EventOptions = {}): FunctionUrlEvent =>
  interceptorEvent('INTERCEPTOR_POST_ENTITY', token, {
    ...options,
    body: {
      method: 'GET',
      entityName: 'patient',
      apiId: `GET${PATIENTS}`,
      request: searchRequest(),
      response: {
        entities: [patient(), patient({ _id: 'p-2', _nationalId: '42' })],
        httpStatusCode: '200 OK',
      },
      ...options.body,
    },
  });

/** A create, as an interceptor sees it: `body` is parsed, query values are arrays, the headers are the caller's. */
export const interceptedRequest = (overrides: Json = {}): Json => ({
  body: { _name: { firstName: 'First', lastName: 'Last' }, _email: ' First.Last@Example.COM ', _phone: null },
  path: PATIENTS,
  queryParameters: { notify: ['true', 'false'] },
  headers: { authorization: `Bearer ${CALLER_TOKEN}`, 'content-type': 'application/json' },
  pathVariables: [],
  ...overrides,
});

/** A read: no body, and one path variable. */
export const getRequest = (): Json =>
  interceptedRequest({
    body: null,
    path: `${PATIENTS}/${PATIENT_ID}`,
    queryParameters: {},
    pathVariables: [{ name: 'id', value: PATIENT_ID }],
  });

export const searchRequest = (): Json =>
  interceptedRequest({
    body: null,
    queryParameters: { searchRequest: ['{"limit":30,"filter":{"_name.firstName":{"like":"\\"F\\""}}}'] },
  });

/** A run by `cronSchedule`: EventBridge's own event, without the envelope of a function URL. */
export const scheduledEvent = (overrides: Json = {}): Json => ({
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2024-06-03T12:20:09Z',
  region: 'eu-central-1',
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/Plugin-example-Schedule'],
  detail: {},
  ...overrides,
});

/** Somebody calls the plugin's URL; no hook type, no trace. */
export function directEvent(token: string | undefined, options: EventOptions = {}): FunctionUrlEvent {
  const event = functionUrlEvent({
    body: JSON.stringify(options.body ?? { question: 'how many' }),
    headers: {
      authorization: token && `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'curl/8.5.0',
      ...options.headers,
    },
  });
  return { ...event, rawPath: '/status', rawQueryString: 'a=1&a=2', queryStringParameters: { a: '1,2' } };
}

/** The same event as Lambda hands it over when it takes the body for binary. */
export const toBase64 = (event: FunctionUrlEvent): FunctionUrlEvent => ({
  ...event,
  body: Buffer.from(event.body ?? '').toString('base64'),
  isBase64Encoded: true,
});

/** The same event with another text for its body. */
export const withBody = (event: FunctionUrlEvent, body: unknown): Json => ({ ...event, body });

function interceptorEvent(
  hookType: string,
  token: string | undefined,
  options: EventOptions,
): FunctionUrlEvent {
  const body = {
    initiatorData: {
      subjectId: '3e256d8d-e5e2-42bf-a091-1e6b4afef2fb',
      ownerOrganizationId: '00000000-0000-0000-0000-000000000000',
      tokenType: 'USER',
    },
    ...options.body,
  };
  return functionUrlEvent({
    body: JSON.stringify(body),
    headers: {
      hooktype: hookType,
      authorization: token && `Bearer ${token}`,
      'content-type': 'application/json',
      'accept-encoding': 'gzip, x-gzip, deflate',
      'accept-language': 'en-us',
      'user-agent': 'Apache-HttpClient/5.1.4 (Java/17.0.6)',
      traceparent: toTraceparent(options.traceId ?? TRACE_ID),
      ...options.headers,
    },
  });
}

function functionUrlEvent(call: {
  body: string;
  headers: Record<string, string | undefined>;
}): FunctionUrlEvent {
  const headers = {
    'content-length': String(Buffer.byteLength(call.body)),
    'x-amzn-tls-version': 'TLSv1.3',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
    'x-forwarded-for': '192.0.2.44',
    accept: '*/*',
    'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
    'x-amzn-trace-id': 'Self=1-691d9a83-2b5a1f7c0d3e4f5a6b7c8d9e;Root=1-691d9a7e-c2ebb8ad236b56d739c4c17f',
    host: HOST,
    ...call.headers,
  };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: Object.fromEntries(Object.entries(headers).filter((entry) => entry[1] !== undefined)) as Record<
      string,
      string
    >,
    requestContext: requestContext(call.headers['user-agent'] ?? ''),
    body: call.body,
    isBase64Encoded: false,
  };
}

const requestContext = (userAgent: string): Json => ({
  accountId: 'anonymous',
  apiId: HOST.split('.')[0],
  domainName: HOST,
  domainPrefix: HOST.split('.')[0],
  http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '192.0.2.44', userAgent },
  requestId: '0c0f1f5e-2f5c-4c5e-9f0b-0d5a4e9a8f11',
  routeKey: '$default',
  stage: '$default',
  time: '19/Nov/2025:10:22:59 +0000',
  timeEpoch: 1763547779363,
});
