import { tmpdir } from 'node:os';
import { runProgram } from '../../deploy/runProgram.ts';

const node = process.execPath;

describe('runProgram', () => {
  it('returns what the program says, and its code', async () => {
    const script =
      'process.stdin.on("data", (data) => console.log("got " + data)); console.error("why"); process.exitCode = 7';

    const result = await runProgram(node, ['-e', script], { input: 'secret' });

    expect(result).toEqual({ code: 7, stdout: 'got secret\n', stderr: 'why\n' });
  });

  it('keeps letters whole that come in two pieces', async () => {
    const script =
      'const b = Buffer.from("ä"); process.stdout.write(b.subarray(0, 1)); setTimeout(() => process.stdout.write(b.subarray(1)), 50)';
    const shown: string[] = [];

    const { stdout } = await runProgram(node, ['-e', script], { onOutput: (text) => void shown.push(text) });

    expect([stdout, shown.join('')]).toEqual(['ä', 'ä']);
  });

  it('keeps the end of what is longer than a string may be', async () => {
    const script = `
      const chunk = Buffer.alloc(1_000_000, 'x');
      for (let i = 0; i < 600; i++) require('node:fs').appendFileSync(1, chunk);
      console.log('the end')`;

    const { code, stdout } = await runProgram(node, ['-e', script]);

    expect([code, stdout.endsWith('xxxthe end\n')]).toEqual([0, true]);
    expect(stdout.length).toBeGreaterThanOrEqual(16_000_000);
    expect(stdout.length).toBeLessThan(40_000_000);
  });

  it('ends with 127 when there is no such program', async () => {
    const result = await runProgram('no-such-program', [], { env: { PATH: tmpdir() } });

    expect(result).toMatchObject({ code: 127, stderr: expect.stringContaining('ENOENT') });
  });

  it('resolves only when an interrupted program has ended', async () => {
    const interruption = new AbortController();
    const script =
      'process.on("SIGTERM", () => setTimeout(() => { console.log("in order"); process.exit(0); }, 100)); console.log("ready"); setInterval(() => 0, 1000)';

    const result = await runProgram(node, ['-e', script], {
      signal: interruption.signal,
      onOutput: () => interruption.abort(),
    });

    expect(result).toEqual({ code: 0, stdout: 'ready\nin order\n', stderr: '' });
  });

  it('ends a program by force that does not end by itself', async () => {
    const interruption = new AbortController();
    const script = 'process.on("SIGTERM", () => 0); console.log("ready"); setInterval(() => 0, 1000)';

    const result = await runProgram(node, ['-e', script], {
      signal: interruption.signal,
      onOutput: () => interruption.abort(),
    });

    expect(result).toEqual({ code: 1, stdout: 'ready\n', stderr: '' });
  });

  it('ends a program that was interrupted before it began', async () => {
    const result = await runProgram(node, ['-e', 'setInterval(() => 0, 1000)'], {
      signal: AbortSignal.abort(),
    });

    expect(result.code).toBe(1);
  });
});
