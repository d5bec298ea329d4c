import { runCommandLine } from '../builders/commandLine.ts';
import { PROJECT_ROOT } from '../builders/emulator.ts';

const MAX_SUMMARY = 80;

/** Command → its summary and its own help. */
async function readHelp(): Promise<Map<string, { summary: string; help: string }>> {
  const { stdout } = await runCommandLine(PROJECT_ROOT, ['--help']);
  const listed = [...stdout.matchAll(/^ {2}([a-z][a-z-]*)(?: [<[].*?)? {2,}(\S.*)$/gm)];
  const commands = listed.filter(([, name]) => name !== 'help');
  const entries = commands.map(async ([, name = '', summary = '']) => {
    const { stdout: help } = await runCommandLine(PROJECT_ROOT, [name, '--help']);
    return [name, { summary, help }] as const;
  });
  return new Map(await Promise.all(entries));
}

/** Its options as [flags, meaning], lines put together again. */
function optionsOf(help: string): [flags: string, meaning: string][] {
  const [, block = ''] = /\nOptions:\n([\s\S]*?)\n\n/.exec(help) ?? [];
  const lines = block.replaceAll(/\n {4,}(?=\S)/g, ' ').split('\n');
  return lines.map((line) => {
    const [, flags = '', meaning = ''] = /^ {2,}(-.*?) {2,}(.*)$/.exec(line) ?? [];
    return [flags, meaning];
  });
}

describe('biot-plugin --help', () => {
  let help: Awaited<ReturnType<typeof readHelp>>;
  beforeAll(async () => {
    help = await readHelp();
  }, 120_000);

  /** What of the commands does not hold. */
  const broken = (holds: (name: string, told: { summary: string; help: string }) => boolean) =>
    [...help].filter(([name, told]) => !holds(name, told)).map(([name]) => name);

  it('lists the commands', () => {
    expect([...help.keys()]).toEqual(
      expect.arrayContaining(['login', 'build-and-push', 'trace', 'completion']),
    );
  });

  it('says in one short clause what each does', () => {
    const isClause = (text: string) => /^[a-z].*[^.]$/.test(text) && text.length <= MAX_SUMMARY;

    expect(broken((_name, { summary }) => isClause(summary))).toEqual([]);
  });

  it('has an example of each', () => {
    expect(
      broken((name, told) => new RegExp(`\\nExample:\\n  \\$ biot-plugin ${name}( |\\n)`).test(told.help)),
    ).toEqual([]);
  });

  it('has the same options of each', () => {
    const common = ['--env <name>', '--json', '-v, --verbose', '-y, --yes', '-h, --help'];

    expect(
      broken((_name, told) => {
        const flags = optionsOf(told.help).map(([name]) => name);
        return common.every((name) => flags.includes(name));
      }),
    ).toEqual([]);
  });

  it('says what each option is for, in a clause', () => {
    const unclear = [...help].flatMap(([name, told]) =>
      optionsOf(told.help)
        .filter(
          ([, meaning]) =>
            !/^[^\s.].*[^.]$/.test(meaning) || /^[A-Z][a-z]/.test(meaning.replace(/^BioT/, '')),
        )
        .map(([flags]) => `${name} ${flags}`),
    );

    expect(unclear).toEqual([]);
  });
});
