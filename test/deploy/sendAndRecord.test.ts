import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../deploy/connect.ts';
import type { Place } from '../../deploy/place.ts';
import { createPlan } from '../../deploy/plan.ts';
import { createPluginApi } from '../../deploy/pluginApi.ts';
import { readReleases } from '../../deploy/releases.ts';
import { sendAndRecord } from '../../deploy/sendAndRecord.ts';
import { showOnly } from '../../deploy/steps.ts';
import { type BiotServer, startBiotServer } from '../builders/biotServer.ts';
import { deployed, pluginFile, released } from '../builders/deployed.ts';
import { failureOf } from '../builders/failure.ts';
import { makeFolder } from '../builders/folder.ts';

const PLUGINS = '/settings/v2/plugins';

const RELEASE = released();
const none = { status: 404, body: { code: 'PLUGIN_NOT_FOUND', message: 'none', details: {} } };

describe('sendAndRecord', () => {
  let server: BiotServer;
  let stateDirectory: string;

  const create = (fields: Record<string, unknown>, secrets = new Set<string>()) => {
    const settings = { baseUrl: server.baseUrl, token: 'a' };
    const place = { stateDirectory, settings, steps: showOnly(() => undefined) } as Place;
    return sendAndRecord(place, {
      title: 'Creating hello',
      api: createPluginApi(connect(settings, undefined)),
      plan: createPlan({ file: pluginFile(fields), secrets, code: 'new', allowDeletes: false }),
      name: 'hello',
      current: undefined,
      code: { imageTag: '1' },
      secrets,
      toRelease: async ({ version }) => ({ ...RELEASE, version }),
    });
  };
  const stateFiles = () => readdirSync(stateDirectory);

  beforeAll(async () => {
    server = await startBiotServer();
  });

  beforeEach(() => {
    stateDirectory = join(makeFolder(), '.biot');
  });

  afterAll(() => server.close());

  it('shows no secret that BioT names when it refuses it, and nothing is left to be settled', async () => {
    const environmentVariables = { DOOR: 'mellon', API_KEY: 'hush "hush"', LEVEL: 'debug' };
    const refusal = {
      code: 'PLUGIN_REQUEST_VALIDATION_FAILED',
      message: 'rejected value [mellon], not [debug]',
      details: { value: 'hush "hush"' },
    };
    server.route(`GET ${PLUGINS}/Plugin-hello`, none);
    server.route(`POST ${PLUGINS}`, { status: 400, body: refusal });

    const failure = await failureOf(() => create({ environmentVariables }, new Set(['DOOR'])));

    expect(failure).toMatchObject({
      code: 'PLUGIN_REQUEST_VALIDATION_FAILED',
      message:
        'BioT refused (400) PLUGIN_REQUEST_VALIDATION_FAILED: rejected value [(secret)], not [debug]: {"value":"(secret)"}',
    });
    expect(`${failure.stack}`).not.toMatch(/mellon|hush/);
    expect(stateFiles()).toEqual([]);
  });

  it('writes down what BioT runs although not all of it is as it was sent', async () => {
    const there = deployed({ version: 1, memorySize: 128 });
    server.route(`GET ${PLUGINS}/Plugin-hello`, none, { body: there });
    server.route(`POST ${PLUGINS}`, { status: 201, body: there });

    const failure = await failureOf(() => create({ memorySize: 256 }));

    expect(failure).toMatchObject({ code: 'NOT_AS_SENT', message: expect.stringMatching(/: memorySize$/) });
    expect(stateFiles()).toEqual(['releases.jsonl']);
    expect(await readReleases(stateDirectory, RELEASE)).toEqual([{ ...RELEASE, version: 1 }]);
  });
});
