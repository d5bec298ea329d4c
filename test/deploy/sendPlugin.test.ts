import { connect } from '../../deploy/connect.ts';
import type { PlanInput } from '../../deploy/plan/change.ts';
import { createPlan, type Plan } from '../../deploy/plan.ts';
import { createPluginApi, type Plugin, type PluginApi } from '../../deploy/pluginApi.ts';
import { type Sending, sendPlugin } from '../../deploy/sendPlugin.ts';
import { pluginFile } from '../builders/deployed.ts';
import {
  type Json,
  PLUGINS,
  pluginForm,
  startTestEmulator,
  type TestEmulator,
  zip,
} from '../builders/emulator.ts';
import { failureOf } from '../builders/failure.ts';

const PLUGIN = `${PLUGINS}/Plugin-hello`;
const codeOf = (answer: string) => ({
  zip: new Uint8Array(zip(`exports.handler = async () => '${answer}';`)),
});
const FIELDS = {
  memorySize: 256,
  environmentVariables: { LOG_LEVEL: 'debug', API_KEY: 'hush' },
  subscriptions: { notifications: [{ entityTypeName: 'patient', actionName: '_create' }] },
  cors: { allowOrigins: ['https://a.test'] },
  cronSchedule: '0 6 * * ? *',
};

describe('sendPlugin', () => {
  let biot: TestEmulator;
  let api: PluginApi;
  let told: string[];

  const zipFile = (fields: Json = {}) => pluginFile({ deploymentPackageType: 'ZIP', ...fields });
  const planOf = (fields: Json, rest: Partial<PlanInput> = {}): Plan =>
    createPlan({ file: zipFile(fields), secrets: new Set(), code: 'new', allowDeletes: false, ...rest });
  /** The code answers `mine`. */
  const send = (sending: Partial<Sending> & { plan: Plan }) =>
    sendPlugin({
      api,
      name: 'hello',
      code: codeOf('mine'),
      onRetry: (line) => void told.push(line),
      wait: async () => undefined,
      ...sending,
    });
  const failToSend = (sending: Partial<Sending> & { plan: Plan }) => failureOf(() => send(sending));
  /** Version 1, whose code answers `first`. */
  const deployFirst = (): Promise<Plugin> => api.create(zipFile(), codeOf('first'));
  const strike = (route: string, fault: Json, count = 1) =>
    biot.call('POST /emulator/faults', {
      body: { service: 'settings', route: route.replace(PLUGIN, `${PLUGINS}/*`), count, ...fault },
    });
  const patchElsewhere = async (config: Json, answer?: string) => {
    const code = answer === undefined ? undefined : Buffer.from(codeOf(answer).zip);
    const { status } = await biot.call(`PATCH ${PLUGIN}`, { body: pluginForm(config, code) });
    expect(status).toBe(200);
  };
  const answerOf = async ({ endpointUrl }: Plugin) => (await fetch(endpointUrl, { method: 'POST' })).text();

  beforeAll(async () => {
    biot = await startTestEmulator();
    api = createPluginApi(connect({ baseUrl: biot.baseUrl, token: biot.token }, undefined));
  });

  beforeEach(() => {
    told = [];
  });

  afterEach(async () => {
    await biot.call('DELETE /emulator/faults');
    await biot.call(`DELETE ${PLUGIN}`);
  });

  afterAll(() => biot.close());

  it('creates the plugin, and returns it as BioT has it', async () => {
    const plugin = await send({ plan: planOf(FIELDS) });

    expect(plugin).toEqual(await api.get('hello'));
    expect(plugin).toMatchObject({
      ...FIELDS,
      version: 1,
      subscriptions: FIELDS.subscriptions,
      cors: FIELDS.cors,
    });
    expect(await answerOf(plugin)).toBe('mine');
  });

  it('updates all in one', async () => {
    const current = await deployFirst();

    const plugin = await send({ current, plan: planOf(FIELDS, { current }) });

    expect(plugin).toEqual(await api.get('hello'));
    expect(plugin).toMatchObject({ ...FIELDS, version: 2 });
    expect(await answerOf(plugin)).toBe('mine');
  });

  it('leaves code and version when the code is the same', async () => {
    const current = await deployFirst();
    const plan = planOf(FIELDS, { current, code: 'unchanged' });

    const plugin = await send({ current, plan, code: undefined });

    expect(plugin).toMatchObject({ memorySize: 256, version: 1 });
    expect(await answerOf(plugin)).toBe('first');
  });

  it('plans nothing right after', async () => {
    const current = await send({ plan: planOf(FIELDS) });

    const plan = planOf(FIELDS, { current, code: 'unchanged' });

    expect(plan).toMatchObject({ action: 'none', kept: [] });
  });

  it('removes what may go', async () => {
    const current = await send({ plan: planOf(FIELDS) });
    const plan = planOf({}, { current, code: 'unchanged', allowDeletes: true });

    const plugin = await send({ current, plan, code: undefined });

    const { cronSchedule: _, ...rest } = current;
    expect(plugin).toEqual({
      ...rest,
      environmentVariables: {},
      subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
      cors: { ...(current.cors as Json), allowOrigins: ['*'] },
      lastModifiedTime: expect.any(String),
    });
  });

  describe('when somebody else is faster', () => {
    it.each([
      [
        'has deployed',
        () => patchElsewhere({ version: 2 }, 'theirs'),
        'Somebody else has deployed version 2 of hello meanwhile; it was 1.',
      ],
      [
        'has changed it',
        () => patchElsewhere({ memorySize: 512 }),
        'Somebody else has changed hello meanwhile, which still has version 1.',
      ],
      ['has deleted it', () => biot.call(`DELETE ${PLUGIN}`), 'Somebody else has deleted hello meanwhile.'],
      [
        'has created it anew',
        async () => {
          await biot.call(`DELETE ${PLUGIN}`);
          await api.create(zipFile(), codeOf('theirs'));
        },
        'Somebody else has deleted hello and created it anew meanwhile, in version 1.',
      ],
    ])('sends nothing over what %s since the plan', async (_what, meddle, message) => {
      const current = await deployFirst();
      const plan = planOf(FIELDS, { current });
      await meddle();
      const before = await api.find('hello');

      const failure = await failToSend({ current, plan });

      expect(failure).toMatchObject({
        code: 'CHANGED_MEANWHILE',
        exitCode: 4,
        message: `${message} Nothing of yours was done.`,
        cure: expect.stringContaining('npx biot-plugin plan'),
      });
      expect(await api.find('hello')).toEqual(before);
    });

    it('sends nothing over what was created since the plan', async () => {
      const plan = planOf(FIELDS);
      const before = await deployFirst();

      const failure = await failToSend({ plan });

      expect(failure).toMatchObject({
        code: 'CHANGED_MEANWHILE',
        message: 'Somebody else has created hello meanwhile, in version 1. Nothing of yours was done.',
      });
      expect(await api.find('hello')).toEqual(before);
    });

    it.each([
      ['with the same settings', {}],
      ['with other settings', { memorySize: 512 }],
    ])(
      'explains the refusal of a version that somebody has taken at that moment %s',
      async (_what, theirs) => {
        const current = await deployFirst();
        const meddling: PluginApi = {
          ...api,
          async update(...call) {
            await patchElsewhere({ version: 2, ...theirs }, 'theirs');
            return api.update(...call);
          },
        };

        const failure = await failToSend({ api: meddling, current, plan: planOf({}, { current }) });

        expect(failure).toMatchObject({
          code: 'CHANGED_MEANWHILE',
          exitCode: 4,
          message:
            'Somebody else has deployed version 2 of hello meanwhile; it was 1. Nothing of yours was done.',
        });
        expect(await answerOf(current)).toBe('theirs');
      },
    );

    it('notices a deploy that crossed one without new code', async () => {
      const current = await deployFirst();
      const meddling: PluginApi = {
        ...api,
        async update(...call) {
          await patchElsewhere({ version: 2 }, 'theirs');
          return api.update(...call);
        },
      };
      const plan = planOf(FIELDS, { current, code: 'unchanged' });

      const failure = await failToSend({ api: meddling, current, plan, code: undefined });

      expect(failure).toMatchObject({ code: 'CHANGED_MEANWHILE' });
      expect(await api.get('hello')).toMatchObject({ version: 2, memorySize: 128 });
    });

    it('explains the refusal of a name that somebody has taken at that moment', async () => {
      const meddling: PluginApi = {
        ...api,
        async create(...call) {
          await deployFirst();
          return api.create(...call);
        },
      };

      const failure = await failToSend({ api: meddling, plan: planOf({}) });

      expect(failure).toMatchObject({
        code: 'CHANGED_MEANWHILE',
        message: 'Somebody else has created hello meanwhile, in version 1. Nothing of yours was done.',
      });
    });

    it('is done when somebody deploys right after', async () => {
      const current = await deployFirst();
      const meddling: PluginApi = {
        ...api,
        async update(...call) {
          const answer = await api.update(...call);
          await patchElsewhere({ version: 3, memorySize: 512 }, 'theirs');
          return answer;
        },
      };

      const plugin = await send({ api: meddling, current, plan: planOf(FIELDS, { current }) });

      expect(plugin).toMatchObject({ version: 2, memorySize: 256 });
    });

    it('tells two that deploy at once apart: one is done, the other is told', async () => {
      const current = await deployFirst();
      const plan = planOf({}, { current });

      const [one, other] = await Promise.allSettled(
        ['one', 'other'].map((answer) => send({ current, plan, code: codeOf(answer) })),
      );

      const failed = [one, other].filter((result) => result?.status === 'rejected');
      const winner = one?.status === 'fulfilled' ? 'one' : 'other';
      expect(failed).toEqual([
        { status: 'rejected', reason: expect.objectContaining({ code: 'CHANGED_MEANWHILE' }) },
      ]);
      expect(await answerOf(current)).toBe(winner);
    });
  });

  describe('when the answer is lost', () => {
    const passing = [
      ['the connection is reset', { kind: 'reset' }],
      ...[500, 502, 503, 504].map((status) => [`BioT answers ${status}`, { kind: 'status', status }]),
    ] as [string, Json][];

    it.each(passing)('updates again, as nothing was done: %s', async (_what, fault) => {
      const current = await deployFirst();
      await strike(`PATCH ${PLUGIN}`, fault, 2);

      const plugin = await send({ current, plan: planOf({}, { current }) });

      expect(plugin.version).toBe(2);
      expect(await answerOf(plugin)).toBe('mine');
      expect(told).toEqual([
        expect.stringMatching(/; nothing has changed yet; trying again in [\d.]+ s/),
        expect.stringMatching(/; nothing has changed yet; trying again in [\d.]+ s/),
      ]);
    });

    it.each(passing)('creates again, as nothing was done: %s', async (_what, fault) => {
      await strike(`POST ${PLUGINS}`, fault);

      const plugin = await send({ plan: planOf(FIELDS) });

      expect(await answerOf(plugin)).toBe('mine');
    });

    it('is done when an update’s answer breaks off', async () => {
      const current = await deployFirst();
      await strike(`PATCH ${PLUGIN}`, { kind: 'half' });

      const plugin = await send({ current, plan: planOf({}, { current }) });

      expect([plugin.version, await answerOf(plugin), told]).toEqual([2, 'mine', []]);
    });

    it('is done when a creation’s answer breaks off', async () => {
      await strike(`POST ${PLUGINS}`, { kind: 'half' });

      const plugin = await send({ plan: planOf(FIELDS) });

      expect([plugin.version, await answerOf(plugin), told]).toEqual([1, 'mine', []]);
    });

    it.each([
      ['has what was sent with the code', FIELDS, 'done'],
      ['has a new version and nothing else that was sent', {}, 'ANSWER_LOST'],
    ])('does not take another’s deploy for its own: BioT %s', async (_what, fields, outcome) => {
      const current = await deployFirst();
      const losing: PluginApi = {
        ...api,
        async update(...call) {
          await api.update(...call);
          await strike(`PATCH ${PLUGIN}`, { kind: 'reset' });
          return api.update(...call);
        },
      };

      const result = await send({ api: losing, current, plan: planOf(fields, { current }) }).then(
        () => 'done',
        (failure) => failure.code,
      );

      expect(result).toBe(outcome);
    });

    it('says what BioT has when nobody can tell whose it is', async () => {
      const current = await deployFirst();
      const meddling: PluginApi = {
        ...api,
        async update(...call) {
          await patchElsewhere({ version: 2 }, 'theirs');
          await strike(`PATCH ${PLUGIN}`, { kind: 'reset' });
          return api.update(...call);
        },
      };

      const failure = await failToSend({ api: meddling, current, plan: planOf({}, { current }) });

      expect(failure).toMatchObject({
        code: 'ANSWER_LOST',
        exitCode: 1,
        message: expect.stringContaining('It has hello in version 2 now'),
        cure: expect.stringContaining('version 3'),
      });
      expect(await answerOf(current)).toBe('theirs');
    });

    it('says that somebody else was faster when BioT has something else', async () => {
      const current = await deployFirst();
      const meddling: PluginApi = {
        ...api,
        async update(...call) {
          await patchElsewhere({ version: 2, memorySize: 512 }, 'theirs');
          await strike(`PATCH ${PLUGIN}`, { kind: 'reset' });
          return api.update(...call);
        },
      };

      const failure = await failToSend({ api: meddling, current, plan: planOf(FIELDS, { current }) });

      expect(failure).toMatchObject({
        code: 'CHANGED_MEANWHILE',
        exitCode: 4,
        message:
          'BioT’s answer was lost, and what it has now is neither as before nor as sent. ' +
          'Somebody else has deployed version 2 of hello meanwhile; it was 1.',
      });
    });

    it('takes a late success of an earlier try for what it is', async () => {
      const current = await deployFirst();
      let late: Promise<Plugin> | undefined;
      const slow: PluginApi = {
        ...api,
        async update(...call) {
          await strike(`PATCH ${PLUGIN}`, { kind: 'status', status: 504 });
          return api.update(...call).catch((error) => {
            late = api.update(...call); // BioT goes on although its gateway has given up
            throw error;
          });
        },
        find: (name) => api.find(name),
      };
      const wait = async () => late;

      const plugin = await send({ api: slow, current, plan: planOf(FIELDS, { current }), wait });

      expect([plugin.version, plugin.memorySize]).toEqual([2, 256]);
    });

    it.each([
      ['a plugin', true, 'BioT still has hello in version 1, as before.'],
      ['none', false, 'BioT still has no plugin hello.'],
    ])('gives up after three tries, and says that BioT has %s as before', async (_what, isThere, state) => {
      const current = isThere ? await deployFirst() : undefined;
      const route = isThere ? `PATCH ${PLUGIN}` : `POST ${PLUGINS}`;
      await strike(route, { kind: 'status', status: 503, code: 'BUSY' }, 4);

      const failure = await failToSend({ current, plan: planOf({}, { current }) });

      const { body } = await biot.call('GET /emulator/faults');
      expect(failure).toMatchObject({
        code: 'BUSY',
        exitCode: 1,
        message: expect.stringContaining(state),
        cure: expect.stringContaining('Run it again'),
      });
      expect(body).toMatchObject([{ count: 1 }]);
      expect(await api.find('hello')).toEqual(current);
    });

    it('says when BioT cannot be asked any more', async () => {
      const current = await deployFirst();
      const lost: PluginApi = {
        ...api,
        async update(...call) {
          await strike(`PATCH ${PLUGIN}`, { kind: 'reset' });
          await strike(`GET ${PLUGIN}`, { kind: 'reset' }, 2);
          return api.update(...call);
        },
      };

      const failure = await failToSend({ api: lost, current, plan: planOf({}, { current }) });

      expect(failure).toMatchObject({
        code: 'ANSWER_LOST',
        exitCode: 1,
        message: expect.stringContaining('cannot be asked whether hello is as before or as it was sent'),
        cure: expect.stringContaining('npx biot-plugin plan'),
      });
    });
  });

  it('does not repeat what BioT has rolled back', async () => {
    const current = await deployFirst();
    await strike(`PATCH ${PLUGIN}`, { kind: 'status', status: 500, code: 'AWS_EXCEPTION' }, 2);

    const failure = await failToSend({ current, plan: planOf({}, { current }) });

    expect(failure).toMatchObject({
      code: 'AWS_EXCEPTION',
      message: expect.stringContaining('BioT still has hello in version 1, as before.'),
      cure: 'Mend what AWS names. If it names nothing of yours, run the command again in a while.',
    });
    expect(told).toEqual([]);
  });

  it.each([400, 401, 403, 404])('passes on a refusal with %i, and sends nothing again', async (status) => {
    const current = await deployFirst();
    await strike(`PATCH ${PLUGIN}`, { kind: 'status', status, code: 'NO' }, 1);
    const calls: string[] = [];
    const counting: PluginApi = {
      ...api,
      update: (...call) => {
        calls.push('update');
        return api.update(...call);
      },
    };

    await send({ api: counting, current, plan: planOf({}, { current }) }).catch(() => undefined);

    expect(calls).toEqual(['update']);
  });

  it('sends nothing when BioT cannot be asked at the beginning', async () => {
    const current = await deployFirst();
    await strike(`GET ${PLUGIN}`, { kind: 'status', status: 503, code: 'BUSY' }, 2);

    const failure = await failToSend({ current, plan: planOf({}, { current }) });

    expect(failure).toMatchObject({ code: 'BUSY' });
    expect(await api.find('hello')).toEqual(current);
  });

  it('is done when BioT cannot be asked after it has answered', async () => {
    const current = await deployFirst();
    const deaf: PluginApi = {
      ...api,
      async update(...call) {
        const answer = await api.update(...call);
        await strike(`GET ${PLUGIN}`, { kind: 'reset' }, 2);
        return answer;
      },
    };

    const plugin = await send({ api: deaf, current, plan: planOf({}, { current }) });

    expect([plugin.version, told]).toEqual([2, []]);
  });

  it('names what BioT has not taken as it was sent, and no secret', async () => {
    const current = await deployFirst();
    const forgetful: PluginApi = {
      ...api,
      update: (name, { environmentVariables: _, memorySize: __, ...config }, code) =>
        api.update(name, { ...config, environmentVariables: { API_KEY: 'other', LEFT: '1' } }, code),
    };

    const failure = await failToSend({ api: forgetful, current, plan: planOf(FIELDS, { current }) });

    expect(failure).toMatchObject({
      code: 'NOT_AS_SENT',
      exitCode: 1,
      message:
        'BioT has taken hello, but not all of it is there as it was sent: memorySize, ' +
        'environmentVariables.LOG_LEVEL, environmentVariables.API_KEY, environmentVariables.LEFT',
    });
    expect(JSON.stringify(failure)).not.toContain('hush');
  });

  it('does not go on when it is interrupted', async () => {
    const current = await deployFirst();
    await strike(`PATCH ${PLUGIN}`, { kind: 'reset' }, 3);
    const interruption = new AbortController();
    const wait = async () => interruption.abort(new Error('interrupted'));

    const failure = await failToSend({
      current,
      plan: planOf({}, { current }),
      signal: interruption.signal,
      wait,
    });

    const { body } = await biot.call('GET /emulator/faults');
    expect(failure).toMatchObject({ message: 'interrupted' });
    expect(body).toMatchObject([{ count: 2 }]);
  });
});
