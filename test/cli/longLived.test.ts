import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLUGINS, startTestEmulator, type TestEmulator } from '../builders/emulator.ts';
import { type StartedCommand, startCommand } from '../builders/startCommand.ts';
import { until } from '../builders/until.ts';

const ENDED = /^Error: The local BioT has ended\n {7}.*npx biot-plugin emulator.*\n$/;
const CODE = `exports.handler = async () => { console.log('hello'); return { statusCode: 204 }; };`;

jest.setTimeout(60_000);

describe('a command that lives as long as the local BioT', () => {
  const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  const file = join(folder, 'events.json');
  let biot: TestEmulator;
  let command: StartedCommand;

  const start = (...args: string[]) => {
    command = startCommand(args, biot.baseUrl);
  };
  const replayOnce = () =>
    biot.call('POST /emulator/replay', { body: { plugin: 'small', hook: 'NOTIFICATION', event: {} } });
  const rounds = () => command.stdout().split('NOTIFICATION Plugin-small: 204').length - 1;

  beforeAll(() => {
    const events = [{ plugin: 'Plugin-small', hook: 'NOTIFICATION', event: {} }];
    writeFileSync(file, JSON.stringify({ format: 'biot-plugin-events/1', events }));
  });

  beforeEach(async () => {
    biot = await startTestEmulator();
    await biot.deploy({ name: 'small', code: CODE });
  });

  afterEach(async () => {
    command.interrupt();
    await command.exit;
    await biot.close();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('replay --watch waits for a plugin that is deleted, and goes on when it is created again', async () => {
    start('replay', file, '--watch');
    await until(() => rounds() === 1);

    await biot.call(`DELETE ${PLUGINS}/small`);
    await until(() => command.stderr().includes('is gone'));
    await biot.deploy({ name: 'small', code: CODE });

    await until(() => rounds() === 2 && command.stderr().endsWith('Ctrl-C ends it.\n'));
    expect(command.stderr().split('\n')).toEqual([
      'Waiting for a deployment; Ctrl-C ends it.',
      'small is gone; waiting until it is created again',
      'Waiting for a deployment; Ctrl-C ends it.',
      '',
    ]);
  });

  it('replay --watch says that the local BioT has ended', async () => {
    start('replay', file, '--watch');
    await until(() => command.stderr().includes('Waiting'));

    await biot.close();

    expect(await command.exit).toBe(1);
    expect(command.stderr().replace(/^Waiting.*\n/, '')).toMatch(ENDED);
  });

  it('replay --watch refuses a plugin that never was, with the names there are', async () => {
    start('replay', file, '--watch', '--plugin', 'nope');

    expect(await command.exit).toBe(1);
    expect(command.stderr()).toBe(
      'Error: There is no plugin nope here\n       Create it (npx biot-plugin create). Here are: small.\n',
    );
  });

  it('logs --follow says that the local BioT has ended', async () => {
    start('logs', 'small', '--follow');
    await replayOnce();
    await until(() => command.stdout().includes('REPORT'));

    await biot.close();

    expect([await command.exit, command.stderr()]).toEqual([1, expect.stringMatching(ENDED)]);
  });

  it('logs --follow ends quietly when nobody reads on', async () => {
    start('logs', 'small', '--follow');
    await replayOnce();
    await until(() => command.stdout().includes('REPORT'));
    command.closeOutput();

    await replayOnce();

    expect([await command.exit, command.stderr()]).toEqual([0, '']);
  });

  it.each([['logs', 'small'], ['trace']])('%s ends quietly when nobody reads', async (...args) => {
    await replayOnce();
    start(...args);

    command.closeOutput();

    expect([await command.exit, command.stderr()]).toEqual([0, '']);
  });
});
