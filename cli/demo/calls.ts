import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { Failure } from '../../deploy/failure.ts';
import { changedPaths } from './changedPaths.ts';
import { toNotCalled, toRefused } from './failures.ts';

const PATIENTS = '/organization/v1/users/patients';
const NOTIFICATION_WAIT_MS = 15_000;
const POLL_MS = 50;

/** What a call with its hook came to. `status` is what the caller saw, `ms` how long the hook took. */
export type DemoCall = {
  hook: 'INTERCEPTOR_PRE' | 'INTERCEPTOR_POST' | 'INTERCEPTOR_POST_ENTITY' | 'NOTIFICATION' | 'SCHEDULED';
  /** `METHOD path`, or `scheduled run`. */
  call: string;
  status: number;
  changed: string[];
  ms: number;
  coldStart: boolean;
  /** What the example plugin promises, and whether it was so. */
  promise: string;
  ok: boolean;
};

type HookRecord = { status: number; ms: number; coldStart: boolean; event: Json; answer: Json };
type Span = Partial<HookRecord> & { id: string; parentId?: string; kind: string; hook?: string };
type Json = Record<string, unknown>;
type Answer = { status: number; body: Json; traceId: string };

/** Calls the API as a client would, and asks the local BioT what its hooks did. */
export type Caller = {
  send(method: string, path: string, body?: Json): Promise<Answer>;
  /** The hook's record in the trace, once it is there. @throws Failure DEMO_HOOK_NOT_CALLED */
  findHook(traceId: string, hook: string): Promise<HookRecord>;
};

/** Logs in as the local BioT's user: what is shown is what such a user's application would get. */
export async function createCaller(user: {
  baseUrl: string;
  username: string;
  password: string;
}): Promise<Caller> {
  const client = axios.create({ baseURL: user.baseUrl, validateStatus: () => true });
  const { username, password } = user;
  const login = await client.post<{ accessJwt: { token: string } }>('/ums/v2/users/login', {
    username,
    password,
  });
  client.defaults.headers.common.authorization = `Bearer ${login.data.accessJwt.token}`;
  const readTrace = async (traceId: string) => {
    const { status, data } = await client.get<{ spans: Span[] }>(`/emulator/traces/${traceId}`);
    return status === 200 ? data.spans : [];
  };
  return {
    async send(method, path, body) {
      const { status, data, headers } = await client.request<Json>({
        method,
        url: path,
        ...(body && { data: body }),
      });
      return { status, body: data, traceId: String(headers.traceparent).split('-')[1] ?? '' };
    },
    async findHook(traceId, hook) {
      const end = Date.now() + NOTIFICATION_WAIT_MS;
      for (;;) {
        const spans = await readTrace(traceId);
        const found = spans.find((span) => span.hook === hook && span.ms !== undefined);
        const invocation = spans.find(
          ({ kind, parentId }) => kind === 'INVOCATION' && parentId === found?.id,
        );
        if (found) return { ...(found as HookRecord), coldStart: invocation?.coldStart ?? false };
        if (Date.now() > end) throw toNotCalled(hook);
        await sleep(POLL_MS);
      }
    },
  };
}

/** One call for each thing a hook can do. @throws Failure DEMO_REFUSED when there is no patient for the others */
export async function runCalls(caller: Caller, pluginName: string): Promise<DemoCall[]> {
  const templates = await caller.send('GET', '/settings/v1/templates/minimized');
  const template = (templates.body.data as Json[]).find(({ entityTypeName }) => entityTypeName === 'patient');
  const newPatient = (attributes: Json) => ({ ...toPatient(template?.id), ...attributes });
  const patient = newPatient({
    _email: ' Jane.DOE@Example.com ',
    _dateOfBirth: '1980-02-29',
    _nationalId: '123456789',
  });
  const created = await caller.send('POST', PATIENTS, patient);
  if (created.status >= 400) throw await explain(caller, created);
  const blocked = await caller.send('POST', PATIENTS, newPatient({ _dateOfBirth: '2999-12-31' }));
  const request = encodeURIComponent(JSON.stringify({ filter: { _id: { eq: created.body._id } } }));
  const found = await caller.send('GET', `${PATIENTS}?searchRequest=${request}`);
  const read = await caller.send('GET', `${PATIENTS}/${created.body._id}`);
  const [firstFound] = (found.body.data ?? []) as Json[];

  return [
    await describe(caller, created, {
      ...{ hook: 'INTERCEPTOR_PRE', call: `POST ${PATIENTS}` },
      promise: '201, and the e-mail address in lower case',
      ok: created.status === 201 && created.body._email === 'jane.doe@example.com',
    }),
    await describe(caller, blocked, {
      ...{ hook: 'INTERCEPTOR_PRE', call: `POST ${PATIENTS}` },
      promise: '400 BIRTH_DATE_IN_FUTURE',
      ok: blocked.status === 400 && blocked.body.code === 'BIRTH_DATE_IN_FUTURE',
    }),
    await describe(caller, found, {
      ...{ hook: 'INTERCEPTOR_POST_ENTITY', call: `GET ${PATIENTS}` },
      promise: '200, and the national id masked',
      ok: found.status === 200 && firstFound?._nationalId === '*******89',
    }),
    await describe(caller, read, {
      ...{ hook: 'INTERCEPTOR_POST', call: `GET ${PATIENTS}/{id}` },
      promise: '200, and the age in years',
      ok: read.status === 200 && typeof read.body.ageInYears === 'number',
    }),
    await describe(caller, created, {
      hook: 'NOTIFICATION',
      call: `POST ${PATIENTS}`,
      promise: 'the patient read back',
      ok: created.status === 201,
    }),
    await runSchedule(caller, pluginName),
  ];
}

/** Which of the two it was says the hook of that call. */
async function explain(caller: Caller, { traceId, ...refused }: Answer): Promise<Failure> {
  const hook = await caller.findHook(traceId, 'INTERCEPTOR_PRE').catch(() => undefined);
  return toRefused({ ...refused, isPlugins: hook !== undefined && hook.status >= 400 });
}

const toPatient = (templateId: unknown): Json => ({
  _name: { firstName: 'Jane', lastName: 'Doe' },
  _ownerOrganization: { id: '00000000-0000-0000-0000-000000000000' },
  _templateId: templateId,
});

async function describe(
  caller: Caller,
  { status, traceId }: Answer,
  { ok, ...told }: Pick<DemoCall, 'hook' | 'call' | 'promise' | 'ok'>,
): Promise<DemoCall> {
  const { hook } = told;
  const record = await caller.findHook(traceId, hook);
  const isRefusal = record.status >= 400;
  const part = hook === 'INTERCEPTOR_PRE' ? 'request' : 'response';
  const { pathVariables: _unanswered, ...before } = (record.event[part] ?? {}) as Json;
  const changed = isRefusal || hook === 'NOTIFICATION' ? [] : changedPaths(before, record.answer[part], part);
  const isAsExpected = hook === 'NOTIFICATION' ? record.status === 200 : isRefusal || changed.length > 0;
  const { ms, coldStart } = record;
  return { ...told, status, changed, ms, coldStart, ok: ok && isAsExpected };
}

async function runSchedule(caller: Caller, pluginName: string): Promise<DemoCall> {
  const { status, body } = await caller.send('POST', `/emulator/plugins/${pluginName}/scheduled-run`, {});
  const result = JSON.parse(String(body.result ?? '{}')) as { statusCode?: number };
  return {
    ...{ hook: 'SCHEDULED', call: 'scheduled run', status, changed: [] },
    ...{ ms: Number(body.ms), coldStart: body.coldStart === true },
    promise: 'the patients counted',
    ok: status === 200 && result.statusCode === 200,
  };
}
