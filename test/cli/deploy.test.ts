import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createApiCaller,
  type Environment,
  type RunningEmulator,
  runCommandLine,
  startEmulatorProcess,
} from '../builders/commandLine.ts';
import { type Json, newPatient, PATIENTS, PLUGINS } from '../builders/emulator.ts';
import { copyProject } from '../builders/project.ts';

const PLUGIN = `${PLUGINS}/Plugin-zipped`;

/** What a person with a ZIP plugin does, one thing after another; each test goes on where the last one ended. */
describe('deploy', () => {
  const projectRoot = copyProject();
  let emulator: RunningEmulator;
  let call: Awaited<ReturnType<typeof createApiCaller>>;

  const biotPlugin = (args: string[], env: Environment = {}) =>
    runCommandLine(projectRoot, args, { env: { ...emulator.env, ...env } });
  const json = async (args: string[], env: Environment = {}) => {
    const { code, stdout, stderr } = await biotPlugin([...args, '--json'], env);
    return { code, stderr, result: JSON.parse(stdout) };
  };
  const change = (file: Json, name = 'plugin.json') => {
    const path = join(projectRoot, name);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...file }));
  };
  const ledger = () => readFileSync(join(projectRoot, '.biot/releases.jsonl'), 'utf8').trim().split('\n');
  const patchElsewhere = async (config: Json) => {
    const { username, password, baseUrl } = emulator;
    const { body } = await call('POST', '/ums/v2/users/login', { username, password });
    const form = new FormData();
    form.append('config', JSON.stringify(config));
    const headers = { authorization: `Bearer ${body.accessJwt.token}` };
    const answer = await fetch(baseUrl + PLUGIN, { method: 'PATCH', headers, body: form });
    expect(answer.status).toBe(200);
  };
  const newEmail = async () =>
    (await call('POST', PATIENTS, newPatient({ _email: `JANE${Math.random()}@example.com` }))).body._email;

  beforeAll(async () => {
    emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'process']);
    call = await createApiCaller(emulator);
    change({ name: 'zipped', deploymentPackageType: 'ZIP' });
  }, 60_000);

  afterAll(async () => {
    await emulator?.interrupt();
  });

  it('plans a creation, ends with 10 if asked to, and sends nothing', async () => {
    const plan = await json(['plan', '--exit-code']);
    const asked = await call('GET', PLUGIN);

    expect(plan).toMatchObject({ code: 10, result: { plugin: 'zipped', action: 'create', code: 'new' } });
    expect(asked.status).toBe(404);
  });

  it('creates the plugin, which then runs, and writes it down', async () => {
    const deployed = await json(['deploy']);

    expect(deployed).toMatchObject({ code: 0, result: { name: 'zipped', version: 1 } });
    expect(await newEmail()).toMatch(/^jane0/);
    expect(ledger().map((line) => JSON.parse(line))).toMatchObject([
      {
        version: 1,
        plugin: 'zipped',
        deploymentPackageType: 'ZIP',
        digest: expect.stringMatching(/^sha256:/),
      },
    ]);
  });

  it('does nothing the second time, and says so', async () => {
    const before = (await call('GET', PLUGIN)).body;

    const deployed = await biotPlugin(['deploy']);
    const plan = await json(['plan', '--exit-code']);

    expect(deployed.code).toBe(0);
    expect(deployed.stderr).toContain('nothing was sent');
    expect(plan).toMatchObject({ code: 0, result: { action: 'none', changes: [], code: 'unchanged' } });
    expect((await call('GET', PLUGIN)).body).toEqual(before);
    expect(ledger()).toHaveLength(1);
  });

  it('sends a changed setting without a new version', async () => {
    change({ memorySize: 384 });

    const plan = await json(['plan']);
    const deployed = await json(['deploy']);

    expect(plan.result.changes).toEqual([{ path: 'memorySize', action: 'change', from: 256, to: 384 }]);
    expect(deployed).toMatchObject({ code: 0, result: { version: 1, memorySize: 384 } });
  });

  it('raises the version for changed code', async () => {
    const path = join(projectRoot, 'src/interceptorPre/perform.ts');
    writeFileSync(path, readFileSync(path, 'utf8').replace('toLowerCase', 'toUpperCase'));

    const plan = await json(['plan']);
    const deployed = await json(['deploy']);

    expect(plan.result).toMatchObject({ action: 'update', code: 'new' });
    expect(deployed).toMatchObject({ code: 0, result: { version: 2 } });
    expect(await newEmail()).toMatch(/^JANE0/);
  });

  it('keeps what somebody set elsewhere, and shows it', async () => {
    const { environmentVariables, subscriptions } = (await call('GET', PLUGIN)).body;
    const update = { entityTypeName: 'patient', actionName: '_update' };
    await patchElsewhere({
      environmentVariables: { ...environmentVariables, ELSEWHERE: 'yes' },
      subscriptions: { ...subscriptions, notifications: [...subscriptions.notifications, update] },
    });
    change({ timeout: 12 });

    const plan = await json(['plan']);
    const deployed = await json(['deploy']);

    expect(plan.result.changes).toEqual([{ path: 'timeout', action: 'change', from: 10, to: 12 }]);
    expect(JSON.stringify(plan.result.kept)).toContain('ELSEWHERE');
    expect(JSON.stringify(plan.result.kept)).toContain('_update');
    expect(deployed.result.environmentVariables).toMatchObject({ ELSEWHERE: 'yes' });
    expect(deployed.result.subscriptions.notifications).toHaveLength(2);
  });

  it('removes it when that is allowed', async () => {
    const deployed = await json(['deploy', '--allow-deletes']);

    expect(deployed.code).toBe(0);
    expect(deployed.result.environmentVariables).not.toHaveProperty('ELSEWHERE');
    expect(deployed.result.subscriptions.notifications).toEqual([
      expect.objectContaining({ entityTypeName: 'patient', actionName: '_create' }),
    ]);
  });

  it('takes a secret from the environment and shows it nowhere', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in plugin.json
    change({ environmentVariables: { LOG_LEVEL: 'info', API_KEY: '${UPSTREAM_KEY}' } });
    const secret = 's3cr3t-of-the-upstream';

    const without = await json(['deploy']);
    const plan = await biotPlugin(['plan', '--verbose'], { UPSTREAM_KEY: secret });
    const deployed = await biotPlugin(['deploy', '--verbose'], { UPSTREAM_KEY: secret });
    const again = await biotPlugin(['plan', '--exit-code'], { UPSTREAM_KEY: secret });
    const other = await biotPlugin(['plan', '--exit-code'], { UPSTREAM_KEY: 'another' });

    expect(without).toMatchObject({ code: 2, result: { error: { code: 'MISSING_VARIABLE' } } });
    expect([plan.code, deployed.code, again.code, other.code]).toEqual([0, 0, 0, 10]);
    const told = [plan, deployed, again, other].map((output) => JSON.stringify(output)).join();
    expect(told).toContain('API_KEY');
    expect(told + ledger().join()).not.toContain(secret);
    change({ environmentVariables: { LOG_LEVEL: 'info' } });
    expect((await json(['deploy', '--allow-deletes'])).code).toBe(0);
  });

  it('shows a value that was referred to no more when plugin.json does so no longer', async () => {
    const own = { PIN_CODE: 'mellon' };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in plugin.json
    change({ environmentVariables: { LOG_LEVEL: 'info', DOOR: '${PIN_CODE}' } });

    const deployed = await json(['deploy'], own);
    change({ environmentVariables: { LOG_LEVEL: 'info', DOOR: 'open' } });
    const changed = await json(['plan']);
    change({ environmentVariables: { LOG_LEVEL: 'info' } });
    const kept = await json(['deploy']);
    const rest = [await json(['get']), await json(['deploy', '--allow-deletes'])];

    expect([deployed, changed, kept, ...rest].map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(changed.result.changes).toEqual([
      { path: 'environmentVariables.DOOR', action: 'change', isSecret: true },
    ]);
    expect(JSON.stringify([deployed, changed, kept, ...rest]) + ledger().join()).not.toContain('mellon');
  });

  it('goes back to the release before, as a new version, and leaves the rest as it is', async () => {
    const before = (await call('GET', PLUGIN)).body;

    const rolledBack = await json(['rollback']);

    expect(rolledBack).toMatchObject({
      code: 0,
      result: { ...before, version: 3, lastModifiedTime: expect.anything() },
    });
    expect(await newEmail()).toMatch(/^jane0/);
  });

  it('lists the releases, newest first, with the one that runs', async () => {
    const releases = await json(['releases']);
    const { stdout } = await biotPlugin(['releases']);

    expect(releases.result).toMatchObject([
      { version: 3, rollbackOf: 1, isCurrent: true },
      { version: 2, isCurrent: false },
      { version: 1, isCurrent: false },
    ]);
    expect(releases.result[0].digest).toBe(releases.result[2].digest);
    expect(stdout).toMatch(/^3 \*/m);
  });

  it('goes back to a release by its name, and refuses one that is none', async () => {
    const named = await json(['rollback', '2']);
    const unknown = await json(['rollback', '99']);

    expect(named).toMatchObject({ code: 0, result: { version: 4 } });
    expect(unknown).toMatchObject({ code: 2, result: { error: { code: 'UNKNOWN_RELEASE' } } });
  });

  it('says how to build a release again that is kept nowhere', async () => {
    const [, second] = ledger()
      .map((line) => JSON.parse(line))
      .reverse();
    writeFileSync(join(projectRoot, '.biot/zips', `${second.digest.slice(7)}.zip`), '');

    const gone = await json(['rollback']);

    expect(gone).toMatchObject({ code: 1, result: { error: { code: 'RELEASE_GONE' } } });
    expect((await call('GET', PLUGIN)).body.version).toBe(4);
  });

  it('asks before it goes over what was deployed elsewhere', async () => {
    const lines = ledger();
    writeFileSync(join(projectRoot, '.biot/releases.jsonl'), `${lines[0]}\n`); // as if another machine had done the rest
    appendFileSync(join(projectRoot, 'src/interceptorPre/perform.ts'), 'console.log("mine");\n');

    const plan = await json(['plan']);
    const refused = await json(['deploy']);
    const agreed = await json(['deploy', '--yes']);

    expect(plan.result.notes).toEqual([
      'BioT has version 4 of zipped, which was not deployed from here (the last from here is 1).',
    ]);
    expect(refused).toMatchObject({ code: 4, result: { error: { code: 'DEPLOYED_ELSEWHERE' } } });
    expect(agreed).toMatchObject({ code: 0, result: { version: 5 } });
  });

  it('asks before it goes over a plugin that somebody else has created in the place of the deleted one', async () => {
    const lines = ledger();
    const earlier = lines.map((line) => JSON.stringify({ ...JSON.parse(line), pluginCreatedAt: '2020' }));
    writeFileSync(join(projectRoot, '.biot/releases.jsonl'), `${earlier.join('\n')}\n`);

    const plan = await json(['plan']);
    const refused = await json(['deploy']);
    writeFileSync(join(projectRoot, '.biot/releases.jsonl'), `${lines.join('\n')}\n`);

    expect(plan.result.notes).toEqual([
      'BioT has version 5 of a zipped that was not created from here: the one deployed from here was deleted.',
    ]);
    expect(refused).toMatchObject({ code: 4, result: { error: { code: 'DEPLOYED_ELSEWHERE' } } });
  });

  it('updates, and refuses to create what is there', async () => {
    change({ displayName: 'Another name' });

    const updated = await json(['update']);
    const created = await json(['create']);

    expect(updated).toMatchObject({ code: 0, result: { displayName: 'Another name', version: 5 } });
    expect(created).toMatchObject({ code: 4, result: { error: { code: 'PLUGIN_EXISTS_BY_NAME' } } });
  });

  it('tells releases of a plugin that was deleted from those of the one there is', async () => {
    const [{ digest }] = (await json(['releases'])).result;
    await json(['delete', '--yes']);
    await json(['deploy']);

    const { stdout } = await biotPlugin(['releases']);
    const rolledBack = await json(['rollback', digest]);

    const [, newest, older] = stdout.split('\n');
    expect([newest, older]).toEqual([
      expect.stringMatching(/^\d+ \*.*Z$/),
      expect.stringMatching(/^\d+ .*of the plugin that was deleted$/),
    ]);
    expect(rolledBack).toMatchObject({ code: 0 });
  });

  it('keeps a named environment apart', async () => {
    writeFileSync(
      join(projectRoot, 'plugin.stage.json'),
      '{"name":"staged","environmentVariables":{"STAGE":"1"},"subscriptions":{"interceptions":[],"notifications":[]}}',
    );

    const deployed = await json(['deploy', '--env', 'stage']);
    const releases = await json(['releases', '--env', 'stage']);
    const unknown = await json(['deploy', '--env', 'stagging']);

    expect(deployed).toMatchObject({
      code: 0,
      result: { name: 'staged', environmentVariables: { LOG_LEVEL: 'info', STAGE: '1' } },
    });
    expect(releases.result).toMatchObject([{ version: 1, plugin: 'staged', environmentName: 'stage' }]);
    expect(deployed.stderr).toContain('Next: npx biot-plugin get --env stage\n');
    expect(ledger().join()).not.toContain('staged');
    expect(unknown).toMatchObject({ code: 2, result: { error: { code: 'UNKNOWN_ENV' } } });
  });

  it('says that there is nothing to update or to roll back', async () => {
    change({ name: 'never' });

    const updated = await json(['update']);
    const rolledBack = await json(['rollback']);
    const releases = await biotPlugin(['releases']);

    expect([updated, rolledBack]).toMatchObject([
      { code: 1, result: { error: { code: 'PLUGIN_NOT_FOUND' } } },
      { code: 1, result: { error: { code: 'PLUGIN_NOT_FOUND' } } },
    ]);
    expect(releases).toMatchObject({ code: 0, stdout: 'Nothing has been deployed from here yet\n' });
  });
});
