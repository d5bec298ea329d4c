import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../deploy/connect.ts';
import type { Place } from '../../deploy/place.ts';
import { createPlan } from '../../deploy/plan.ts';
import { createPluginApi } from '../../deploy/pluginApi.ts';
import { sendAndRecord } from '../../deploy/sendAndRecord.ts';
import { showOnly } from '../../deploy/steps.ts';
import { type BiotServer, startBiotServer } from '../builders/biotServer.ts';
import { pluginFile, released } from '../builders/deployed.ts';
import { failureOf } from '../builders/failure.ts';
import { makeFolder } from '../builders/folder.ts';

const PLUGINS = '/settings/v2/plugins';

describe('sendAndRecord', () => {
  let server: BiotServer;

  beforeAll(async () => {
    server = await startBiotServer();
    const none = { code: 'PLUGIN_NOT_FOUND', message: 'none', details: {} };
    server.route(`GET ${PLUGINS}/Plugin-hello`, { status: 404, body: none });
  });

  afterAll(() => server.close());

  it('shows no secret that BioT names when it refuses it, and nothing is left to be settled', async () => {
    const settings = { baseUrl: server.baseUrl, token: 'a' };
    const stateDirectory = join(makeFolder(), '.biot');
    const place = { stateDirectory, settings, steps: showOnly(() => undefined) } as Place;
    const environmentVariables = { DOOR: 'mellon', API_KEY: 'hush "hush"', LEVEL: 'debug' };
    const refusal = {
      code: 'PLUGIN_REQUEST_VALIDATION_FAILED',
      message: 'rejected value [mellon], not [debug]',
      details: { value: 'hush "hush"' },
    };
    server.route(`POST ${PLUGINS}`, { status: 400, body: refusal });
    const secrets = new Set(['DOOR']);

    const failure = await failureOf(() =>
      sendAndRecord(place, {
        title: 'Creating hello',
        api: createPluginApi(connect(settings, undefined)),
        plan: createPlan({
          file: pluginFile({ environmentVariables }),
          secrets,
          code: 'new',
          allowDeletes: false,
        }),
        name: 'hello',
        current: undefined,
        code: { imageTag: '1' },
        secrets,
        toRelease: async () => released(),
      }),
    );

    expect(failure).toMatchObject({
      code: 'PLUGIN_REQUEST_VALIDATION_FAILED',
      message:
        'BioT refused (400) PLUGIN_REQUEST_VALIDATION_FAILED: rejected value [(secret)], not [debug]: {"value":"(secret)"}',
    });
    expect(`${failure.stack}`).not.toMatch(/mellon|hush/);
    expect(existsSync(join(stateDirectory, 'attempt.json'))).toBe(false);
  });
});
