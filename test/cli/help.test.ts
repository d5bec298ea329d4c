import { runCommandLine } from '../builders/commandLine.ts';
import { PROJECT_ROOT } from '../builders/emulator.ts';

const MAX_SUMMARY = 60;

describe('biot-plugin --help', () => {
  it.each(['record', 'trace', 'logs', 'replay', 'faults'])(
    'says in one short clause what %s does',
    async (command) => {
      const { stdout } = await runCommandLine(PROJECT_ROOT, ['--help']);

      const [, summary = ''] = new RegExp(`^  ${command}\\b.*?  +(\\S.*)$`, 'm').exec(stdout) ?? [];
      expect(summary).toMatch(/^[a-z]/);
      expect(summary.length).toBeLessThanOrEqual(MAX_SUMMARY);
    },
  );
});
