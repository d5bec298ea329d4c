import { areLastWords, toExit, toLaunchErrorLine } from '../../../emulator/lambda/containerExit.ts';

const state = (ExitCode: number, more = {}) => ({ ExitCode, OOMKilled: false, Error: '', ...more });
const OCI =
  'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

describe('toExit', () => {
  it.each([
    [0, ''],
    [1, 'exit status 1'],
    [127, 'exit status 127'],
    [134, 'signal: aborted'],
    [137, 'signal: killed'],
    [139, 'signal: segmentation fault (core dumped)'],
    [143, 'signal: terminated'],
    [255, 'exit status 255'],
  ])('tells of the exit code %i as Lambda does', (code, reason) => {
    const exit = toExit(state(code));

    expect(exit).toEqual({ reason });
  });

  it('tells of a lack of memory, whatever the code is', () => {
    const exit = toExit(state(1, { OOMKilled: true }));

    expect(exit).toEqual({ reason: 'signal: killed', errorType: 'Runtime.OutOfMemory' });
  });

  it.each([
    [
      `${OCI}exec: "/nope": stat /nope: no such file or directory: unknown`,
      { reason: 'fork/exec /nope: no such file or directory', errorType: 'Runtime.InvalidEntrypoint' },
    ],
    [
      `${OCI}exec: "/x": permission denied: unknown`,
      { reason: 'fork/exec /x: permission denied', errorType: 'Runtime.InvalidEntrypoint' },
    ],
    [
      `${OCI}exec: "npx": executable file not found in $PATH: unknown`,
      { reason: 'fork/exec npx: executable file not found in $PATH', errorType: 'Runtime.InvalidEntrypoint' },
    ],
    [
      `${OCI}chdir to cwd ("/x") set in config.json failed: permission denied: unknown`,
      { reason: expect.stringContaining('chdir'), errorType: 'Runtime.InvalidWorkingDir' },
    ],
    ['no more of it', { reason: 'no more of it', errorType: 'Runtime.InvalidTaskConfig' }],
  ])('tells why the engine did not start it: %s', (error, expected) => {
    const exit = toExit(state(127, { Error: error }));

    expect(exit).toEqual(expected);
  });

  it.each([
    ['exec /x: exec format error', 'fork/exec /x: exec format error'],
    ['[FATAL tini (7)] exec /x failed: No such file or directory', 'fork/exec /x: no such file or directory'],
  ])('tells why the kernel did not start it: %s', (words, reason) => {
    const exit = toExit(state(127), words);

    expect([areLastWords(words), exit]).toEqual([true, { reason, errorType: 'Runtime.InvalidEntrypoint' }]);
  });

  it('does not take a function’s own line for it when it ended well', () => {
    const exit = toExit(state(0), 'exec /x: exec format error');

    expect(exit).toEqual({ reason: '' });
  });
});

describe('toLaunchErrorLine', () => {
  it('is the line of Lambda’s log', () => {
    const line = toLaunchErrorLine(
      { reason: 'fork/exec /x: exec format error', errorType: 'Runtime.InvalidEntrypoint' },
      { Entrypoint: ['/x', '-v'], Cmd: ['app.handler'], WorkingDir: '/var/task' },
    );

    expect(line).toBe(
      'IMAGE\tLaunch error: fork/exec /x: exec format error\tEntrypoint: [/x,-v]\tCmd: [app.handler]\tWorkingDir: [/var/task]',
    );
  });
});
