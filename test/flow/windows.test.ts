import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApiCaller, type RunningEmulator, startEmulatorProcess } from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { copyProject, PROJECT_ROOT } from '../builders/project.ts';
import { describeWithWindows, startWindows, type Windows } from '../builders/windows.ts';

jest.setTimeout(300_000); // the build of the image, and wine's first start, on a busy machine

/** As `npm ci` leaves it on Windows: a .cmd file for each program. */
function copyForWindows(): string {
  const copy = copyProject('Plug-in & more (1)');
  writeFileSync(join(copy, 'node_modules/.bin/biot-plugin.cmd'), '');
  return copy;
}

describeWithWindows('the .bat files', () => {
  const project = copyForWindows();
  const fresh = copyProject();
  let windows: Windows;

  beforeAll(async () => {
    rmSync(join(fresh, 'node_modules'), { recursive: true });
    windows = await startWindows();
  });
  afterAll(() => windows.stop());

  it.each([
    ['login.bat', 'login'],
    ['BuildAndPush.bat', 'build-and-push'],
  ])('%s runs the command %s', async (file, command) => {
    const { code, stdout } = await windows.type(project, `${file} --help`);

    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(`^Usage: biot-plugin ${command} `),
    ]);
  });

  it.each(['login.bat', 'BuildAndPush.bat'])('%s says what to do first in a fresh clone', async (file) => {
    const { code, stdout, stderr } = await windows.type(fresh, file);

    expect([code, stdout, stderr.trim()]).toEqual([2, '', 'Run npm ci first.']);
  });

  it('can be run from another folder', async () => {
    const { code } = await windows.type(join(project, 'src'), '..\\login.bat --help');

    expect(code).toBe(0);
  });

  it('pass the exit code on', async () => {
    const lines = 'cmd /c BuildAndPush.bat\r\necho exit code %ERRORLEVEL%';

    const { stdout, stderr } = await windows.type(project, lines);

    expect(stdout).toBe('exit code 2\n');
    expect(stderr).toMatch('npx biot-plugin login');
  });
});

describeWithWindows('a plugin’s way from Windows', () => {
  describeWithDocker('with docker.exe', () => {
    const project = copyForWindows();
    let windows: Windows;
    let emulator: RunningEmulator;

    beforeAll(async () => {
      [windows, emulator] = await Promise.all([startWindows(), startEmulatorProcess(PROJECT_ROOT)]);
    });
    afterAll(async () => {
      await emulator.interrupt();
      await windows.stop();
    });

    const type = (line: string, input = '') => windows.type(project, line, { env: emulator.env, input });

    it('logs docker in with saved credentials, in a file whose name has spaces', async () => {
      const call = await createApiCaller(emulator);
      const { body } = await call('GET', '/settings/v2/plugins/docker-repository/temp-credentials');
      writeFileSync(join(project, 'saved & kept.json'), JSON.stringify(body));

      const { code, stdout, stderr } = await type('login.bat --credentials "saved & kept.json"');

      expect({ code, stdout, stderr }).toMatchObject({
        code: 0,
        stdout: `repositoryUri=${body.repositoryUri}\n`,
      });
    });

    it('builds and pushes, and hands each argument on as it was typed', async () => {
      const line =
        'BuildAndPush.bat --tag from-windows -- --build-arg "NOTE=a & b (c)" --label "said=\\"so\\""';

      const { code, stdout, stderr } = await type(line);

      expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: 'imageTag=from-windows\n' });
      const build = windows.dockerCalls.find(
        ([command, option]) => command === 'build' && option !== '--help',
      );
      expect(build?.slice(-5, -1)).toEqual(['--build-arg', 'NOTE=a & b (c)', '--label', 'said="so"']);
    });

    it('creates the plugin and finds it in the local BioT', async () => {
      const created = await type('node cli\\biot-plugin.mjs create --json');
      const logs = await type('node cli\\biot-plugin.mjs logs');

      expect([created, logs]).toMatchObject([{ code: 0 }, { code: 0 }]);
      expect(JSON.parse(created.stdout)).toMatchObject({ deploymentPackageType: 'IMAGE' });
    });
  });
});
