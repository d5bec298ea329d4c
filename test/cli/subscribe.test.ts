import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createApiCaller,
  type RunningEmulator,
  runCommandLine,
  startEmulatorProcess,
} from '../builders/commandLine.ts';
import { copyProject } from '../builders/project.ts';

const HOOKS = '/dispatcher/v1/hooks';
const OURS = 'http://127.0.0.1:9/hook';
const THEIRS = 'http://127.0.0.1:9/other';
const BY_TEMPLATE = 'POST/organization/v1/users/patients/templates/{templateName}';

describe('subscribe, unsubscribe, subscriptions', () => {
  const projectRoot = copyProject();
  const pluginFile = join(projectRoot, 'plugin.json');
  const file = JSON.parse(readFileSync(pluginFile, 'utf8'));
  let emulator: RunningEmulator;
  let call: Awaited<ReturnType<typeof createApiCaller>>;

  const run = async (...args: string[]) => {
    const env = { ...emulator.env, BIOT_CLI_ENDPOINT: OURS };
    const { code, stdout, stderr } = await runCommandLine(projectRoot, [...args, '--json'], { env });
    return { code, stderr, json: JSON.parse(stdout) };
  };
  const runText = (...args: string[]) => runCommandLine(projectRoot, args, { env: emulator.env });
  const rename = (subscriptions: object) =>
    writeFileSync(pluginFile, JSON.stringify({ ...file, subscriptions }));

  beforeAll(async () => {
    emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'process']);
    call = await createApiCaller(emulator);
  }, 60_000);

  afterAll(async () => {
    await emulator?.interrupt();
  });

  beforeEach(async () => {
    rename(file.subscriptions);
    for (const kind of ['interceptions', 'notifications'])
      for (const { id: _id, ...row } of (await call('GET', `${HOOKS}/${kind}`)).body.data)
        await call('POST', `${HOOKS}/${kind}/unsubscribe`, row);
  });

  it('subscribes for all hooks of plugin.json, and the second time does nothing and says so', async () => {
    const first = await run('subscribe');
    const second = await run('subscribe');

    const interceptions = (await call('GET', `${HOOKS}/interceptions`)).body.data;
    const notifications = (await call('GET', `${HOOKS}/notifications`)).body.data;
    expect(first).toMatchObject({ code: 0, json: { changes: { length: 4 }, unchanged: [] } });
    expect(second).toMatchObject({ code: 0, json: { changes: [], unchanged: { length: 4 } } });
    expect(second.stderr).toContain('Nothing to do');
    expect(interceptions.map(({ endpoint, executionOrder }: Row) => [endpoint, executionOrder])).toEqual(
      [1, 2, 3].map(() => [OURS, 2]),
    );
    expect(notifications).toMatchObject([
      { endpoint: OURS, entityTypeName: 'patient', actionName: '_create' },
    ]);
  });

  it('plans without sending: exit code 10 while something is pending, and 0 after', async () => {
    const before = await run('subscribe', '--plan', '--exit-code');
    const listed = await run('subscriptions');
    await run('subscribe');
    const after = await run('subscribe', '--plan', '--exit-code');

    expect([before.code, listed.json, after.code]).toEqual([10, [], 0]);
    expect(before.json.changes).toHaveLength(4);
  });

  it('writes a plan that a person can read, whose order will be taken included', async () => {
    const { type, apiId } = file.subscriptions.interceptions[0];
    const holder = { type, apiId, endpoint: `${THEIRS}?key=secret`, executionOrder: 2 };
    await call('POST', `${HOOKS}/interceptions/subscribe`, holder);

    const { stdout } = await runText('subscribe', '--plan', '--endpoint', OURS);

    expect(stdout.trimEnd().split('\n')).toEqual([
      '+ NOTIFICATION patient _create',
      '+ PRE_REQUEST POST/organization/v1/users/patients: order 2',
      '+ ADAPT_ENTITY patient: order 2',
      '+ POST_REQUEST GET/organization/v1/users/patients/{id}: order 2',
      `! PRE_REQUEST POST/organization/v1/users/patients of ${THEIRS}?…: BioT moves it from order 2 to 3, as one of yours takes its place`,
    ]);
  });

  it('has BioT move just those whom the plan names', async () => {
    const { type, apiId } = file.subscriptions.interceptions[0];
    const holder = { type, apiId, endpoint: THEIRS, executionOrder: 2 };
    await call('POST', `${HOOKS}/interceptions/subscribe`, holder);

    const { json, stderr } = await run('subscribe');

    const listed = await run('subscriptions', '--endpoint', THEIRS);
    expect(json.moved).toMatchObject([{ subscription: holder, to: 3 }]);
    expect(stderr).toContain('from order 2 to 3');
    expect(listed.json).toEqual([{ kind: 'interception', ...holder, executionOrder: 3 }]);
  });

  it('sends a value in a path as a filter, and knows it again', async () => {
    const apiId = BY_TEMPLATE.replace('{templateName}', 'Adult');
    rename({ interceptions: [{ type: 'PRE_REQUEST', apiId, order: 3 }] });

    await run('subscribe');
    const again = await run('subscribe', '--plan');

    const [row] = (await call('GET', `${HOOKS}/interceptions`)).body.data;
    expect(row).toMatchObject({ apiId: BY_TEMPLATE, pathFilters: { templateName: 'Adult' } });
    expect(again.json).toMatchObject({ changes: [], unchanged: { length: 1 } });
    expect((await runText('subscribe', '--plan', '--endpoint', OURS)).stdout).toBe(
      `= PRE_REQUEST ${apiId}\n`,
    );
  });

  it('keeps what plugin.json no longer names, and removes it with --allow-deletes', async () => {
    await run('subscribe');
    rename({ ...file.subscriptions, notifications: [] });

    const kept = await run('subscribe');
    const removed = await run('subscribe', '--allow-deletes');

    expect(kept.json).toMatchObject({ changes: [], kept: [{ kind: 'notification' }] });
    expect(removed.json).toMatchObject({ changes: [{ action: 'unsubscribe' }], kept: [] });
    expect((await call('GET', `${HOOKS}/notifications`)).body.data).toEqual([]);
  });

  it('tells of a partial failure what was done, and completes it the next time', async () => {
    const route = `POST ${HOOKS}/interceptions/subscribe`;
    await call('POST', '/emulator/faults', { service: 'dispatcher', route, kind: 'status', status: 500 });

    const failed = await run('subscribe');
    const completed = await run('subscribe');

    expect(failed.code).toBe(1);
    expect(failed.json.error).toMatchObject({ code: 'SUBSCRIPTIONS_INCOMPLETE' });
    expect(failed.json.error.message).toMatch(
      /Done: Subscribing NOTIFICATION.*Not done: .*PRE_REQUEST.*ADAPT_ENTITY.*POST_REQUEST/,
    );
    expect(completed).toMatchObject({ code: 0, json: { changes: { length: 3 }, unchanged: { length: 1 } } });
  });

  it('unsubscribes what plugin.json names only when that is confirmed, and the rest with --all', async () => {
    await run('subscribe');
    rename({ ...file.subscriptions, notifications: [] });

    const asked = await run('unsubscribe');
    const named = await run('unsubscribe', '--yes');
    const all = await run('unsubscribe', '--all', '--yes');
    const none = await run('unsubscribe');

    expect(asked).toMatchObject({ code: 2, json: { error: { code: 'NOT_CONFIRMED' } } });
    expect(named).toMatchObject({ code: 0, json: { removed: { length: 3 }, kept: { length: 1 } } });
    expect(all).toMatchObject({ code: 0, json: { removed: { length: 1 }, kept: [] } });
    expect(none).toMatchObject({ code: 0, json: { removed: [], kept: [] } });
  });

  it('leaves the other endpoints’ alone', async () => {
    await run('subscribe');
    await run('subscribe', '--endpoint', THEIRS);

    await run('unsubscribe', '--all', '--yes');

    const endpoints = (await run('subscriptions')).json.map(({ endpoint }: Row) => endpoint);
    expect(endpoints).toEqual([THEIRS, THEIRS, THEIRS, THEIRS]);
  });

  it('lists both kinds as columns', async () => {
    await run('subscribe');

    const { stdout } = await runText('subscriptions');

    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['HOOK', 'FOR', 'ORDER', 'ENDPOINT'],
      ['ADAPT_ENTITY', 'patient', '2', OURS],
      ['POST_REQUEST', 'GET/organization/v1/users/patients/{id}', '2', OURS],
      ['PRE_REQUEST', 'POST/organization/v1/users/patients', '2', OURS],
      ['NOTIFICATION', 'patient _create', OURS],
    ]);
  });

  it('says how much of a query it was given', async () => {
    const { stderr } = await run('subscribe', '--plan', '--endpoint', `${OURS}?key=secret&tenant=7`);

    expect(stderr).toContain('key, tenant');
    expect(stderr).not.toContain('secret');
  });

  it('needs an endpoint that BioT could call', async () => {
    const none = await runText('subscribe');
    const odd = await run('subscribe', '--endpoint', 'plugin.example.com');

    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('BIOT_CLI_ENDPOINT') });
    expect(odd).toMatchObject({ code: 2, json: { error: { code: 'INVALID_ENDPOINT' } } });
  });
});

type Row = Record<string, unknown>;
