import { type BiotServer, biotError, neverAnswer, startBiotServer } from '../../builders/biotServer.ts';
import { pluginEnvironment } from '../../builders/config.ts';
import {
  directEvent,
  notificationEvent,
  PATIENT_ID,
  PATIENTS,
  patient,
  postEntityEvent,
  postEvent,
  preEvent,
  scheduledEvent,
  TRACE_ID,
  withBody,
} from '../../builders/events.ts';
import { type CapturedLog, captureLog } from '../../builders/log.ts';
import { metricFaults } from '../../builders/metricFormat.ts';
import { loadPlugin } from '../../builders/plugin.ts';

const CONTEXT = { awsRequestId: 'request-1' };
const READ_PATIENT = `GET ${PATIENTS}/${PATIENT_ID}`;

describe('the metrics of an event', () => {
  let biot: BiotServer;
  let captured: CapturedLog;

  beforeEach(async () => {
    biot = await startBiotServer();
    biot.route(READ_PATIENT, { body: patient() });
    biot.route(`GET ${PATIENTS}`, { body: { data: [patient()], metadata: { page: { totalResults: 1 } } } });
    captured = captureLog();
  });

  afterEach(async () => {
    captured.restore();
    await biot.close();
  });

  const load = (overrides: Record<string, string> = {}) =>
    loadPlugin({ ...pluginEnvironment(biot.baseUrl), PLUGIN_SHOULD_VALIDATE_JWT: 'false', ...overrides });
  const metrics = () => captured.records().filter((record) => '_aws' in record);

  it('are one line, a record like all others and one of CloudWatch’s metric format', async () => {
    const { handler } = await load();
    const before = Date.now();

    await handler(notificationEvent(undefined), CONTEXT);

    expect(metrics()).toEqual([
      {
        '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'info',
        message: 'Metrics',
        appName: 'Example',
        traceId: TRACE_ID,
        requestId: 'request-1',
        hook: 'NOTIFICATION',
        code: 'OK',
        durationMs: expect.any(Number),
        failed: 0,
        coldStart: 1,
        biotCalls: expect.any(Number),
        biotMs: expect.any(Number),
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'BioT/Plugin',
              Dimensions: [['appName', 'hook']],
              Metrics: [
                { Name: 'durationMs', Unit: 'Milliseconds' },
                { Name: 'failed', Unit: 'Count' },
                { Name: 'coldStart', Unit: 'Count' },
                { Name: 'biotCalls', Unit: 'Count' },
              ],
            },
          ],
        },
      },
    ]);
    const took = Date.now() - before;
    const [{ durationMs, _aws }] = metrics() as [{ durationMs: number; _aws: { Timestamp: number } }];
    expect(durationMs).toBeGreaterThan(0);
    expect(durationMs).toBeLessThanOrEqual(took + 1);
    expect(_aws.Timestamp).toBeGreaterThanOrEqual(before);
  });

  it.each<[string, unknown, object]>([
    ['a notification', notificationEvent(undefined), { hook: 'NOTIFICATION', code: 'OK', failed: 0 }],
    ['a pre interceptor', preEvent(undefined), { hook: 'INTERCEPTOR_PRE', code: 'OK', failed: 0 }],
    ['a post interceptor', postEvent(undefined), { hook: 'INTERCEPTOR_POST', code: 'OK', failed: 0 }],
    [
      'a post entity interceptor',
      postEntityEvent(undefined),
      { hook: 'INTERCEPTOR_POST_ENTITY', code: 'OK', failed: 0 },
    ],
    ['a direct call', directEvent(undefined), { hook: 'NONSPECIFIC', code: 'OK', failed: 0 }],
    ['a scheduled run', scheduledEvent(), { hook: 'NONSPECIFIC', code: 'OK', failed: 0 }],
    ['no event', undefined, { hook: 'UNKNOWN', code: 'NO_EVENT', failed: 0 }],
    [
      'a hook type of the caller’s own',
      directEvent(undefined, { headers: { hooktype: 'canary' } }),
      { hook: 'UNKNOWN', code: 'UNKNOWN_HOOK_TYPE', failed: 0 },
    ],
    [
      'a body that is no JSON',
      withBody(preEvent(undefined), '{'),
      { hook: 'INTERCEPTOR_PRE', code: 'INVALID_BODY', failed: 0 },
    ],
  ])('tell hook and outcome of %s, as CloudWatch takes them', async (_name, event, facts) => {
    const { handler } = await load();

    await handler(event);

    expect(metrics()).toEqual([expect.objectContaining(facts)]);
    expect(metrics().flatMap(metricFaults)).toEqual([]);
    expect(JSON.stringify(metrics())).not.toMatch(/canary|First|first\.last|1990/);
  });

  it.each<[string, unknown, object]>([
    ['of its author’s own', { code: 'NO_PHONE', status: 409, message: 'm' }, { code: 'NO_PHONE', failed: 0 }],
    ['of its author’s own, a 5xx', { code: 'DOWN', status: 503, message: 'm' }, { code: 'DOWN', failed: 1 }],
    [
      'that quotes a token',
      { code: 'eyJhbGciOiJSUzUxMiJ9.e30.c2ln', status: 400, message: 'm' },
      { code: '[redacted]', failed: 0 },
    ],
    [
      'in place of one that is no text',
      { code: { canary: 1 }, status: 400, message: 'm' },
      { code: 'INTERNAL_SERVER_ERROR', failed: 1 },
    ],
  ])('tell a code %s', async (_name, own, facts) => {
    const { handler, interceptorPre, PluginError } = await load();
    interceptorPre.perform = () =>
      Promise.reject(new PluginError(own as { code: string; status: number; message: string }));

    await handler(preEvent(undefined));

    expect(metrics()).toEqual([expect.objectContaining(facts)]);
    expect(metrics().flatMap(metricFaults)).toEqual([]);
    expect(JSON.stringify(metrics())).not.toMatch(/canary|eyJ/);
  });

  it('tell a failure and a time that is over', async () => {
    biot.route(READ_PATIENT, biotError(500, 'DOWN'), neverAnswer);
    const { handler } = await load();

    await handler(notificationEvent(undefined));
    await handler(notificationEvent(undefined), { getRemainingTimeInMillis: () => 300 });

    expect(metrics()).toEqual([
      expect.objectContaining({ code: 'CALL_TO_API_FAILED', failed: 1, coldStart: 1 }),
      expect.objectContaining({ code: 'TIMEOUT', failed: 1, coldStart: 0 }),
    ]);
    expect(metrics()[1]?.durationMs).toBeGreaterThan(260);
  });

  it('count the requests to BioT: repeats and a login that became due, not the one of the start', async () => {
    biot.route(READ_PATIENT, biotError(503, 'BUSY'), { body: patient() }, biotError(401, 'EXPIRED'), {
      body: patient(),
    });
    const { handler } = await load();

    for (const event of [notificationEvent, preEvent, notificationEvent, notificationEvent])
      await handler(event(undefined));

    // busy and again; nothing; refused, a login and again; once
    expect(metrics().map(({ biotCalls }) => biotCalls)).toEqual([2, 0, 3, 1]);
    expect(metrics().map(({ biotMs }) => Number(biotMs) > 0)).toEqual([true, false, true, true]);
    expect(biot.requests.length - 1).toBe(6);
  });

  it('are written whatever the log level is, unless they are switched off', async () => {
    const { handler } = await load({ LOG_LEVEL: 'error' });
    await handler(preEvent(undefined));
    const off = await load({ PLUGIN_METRICS: 'false' });
    await off.handler(preEvent(undefined));

    expect(captured.records().map(({ message, coldStart }) => [message, coldStart])).toEqual([
      ['Metrics', 1],
    ]);
  });

  it.each([
    ['Klinik für Kinder', 'Klinik f\\u00fcr Kinder'],
    [':colon', '\\u003acolon'],
    ['מרפאה', '\\u05de\\u05e8\\u05e4\\u05d0\\u05d4'],
    ['é'.repeat(500), '\\u00e9'.repeat(171).slice(0, 1024)],
  ])('name the plugin %s in ASCII too, as CloudWatch takes nothing else', async (appName, escaped) => {
    const { handler } = await load({ BIOT_APP_NAME: appName });

    await handler(preEvent(undefined));

    expect(metrics()).toEqual([expect.objectContaining({ appName, appNameAscii: escaped })]);
    expect(metrics().flatMap(metricFaults)).toEqual([]);
  });

  it('do not stand in the way of the answer when they cannot be written', async () => {
    const { handler } = await load();
    captured.restore();
    const stdout = jest.spyOn(process.stdout, 'write').mockImplementation(() => {
      throw new Error('full');
    });

    const answer = await handler(preEvent(undefined));

    expect(stdout).toHaveBeenCalled();
    stdout.mockRestore();
    expect(answer.statusCode).toBe(200);
  });
});
