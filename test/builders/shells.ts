import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runProgram } from '../../deploy/runProgram.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A suite that needs this shell. Without it, it is skipped and says why; with REQUIRE_SHELLS=1 that is a failure. */
export function describeWithShell(shell: Shell, suite: () => void): void {
  if (!spawnSync(shell, ['--version']).error) return void describe(shell, suite);
  if (process.env.REQUIRE_SHELLS !== '1') {
    process.stderr.write(`Skipped: ${shell}: it is not installed here\n`);
    // biome-ignore lint/suspicious/noSkippedTests: there is nothing it could run on, and it has just said so
    return void describe.skip(shell, suite);
  }
  it(`needs ${shell}`, () => {
    throw new Error(`${shell} is not installed here`);
  });
}

/** What the Tab key offers in a folder after this line, with this completion script; sorted. */
export async function pressTab(
  shell: Shell,
  script: string,
  { folder, line }: { folder: string; line: string },
): Promise<string[]> {
  const { stdout, stderr } = await runProgram(shell, [...ARGUMENTS[shell], script, line], { cwd: folder });
  if (stderr) throw new Error(stderr);
  const offered = stdout.split('\n').map((text) => text.split('\t')[0] ?? '');
  const plain = offered.map((text) => text.replaceAll('\\', '').replace(/\/$|^--env=/g, ''));
  return [...new Set(plain.filter((text) => text !== ''))].sort();
}

/** bash makes words at `=` too; with `-o default` it offers files where there is nothing else. */
const IN_BASH = `. "$1"
mapfile -t COMP_WORDS < <(printf '%s' "$2" | sed -E 's/=/\\n=\\n/g; s/ /\\n/g')
[ "\${2%[ =]}" = "$2" ] || COMP_WORDS+=('')
COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
read -r function < <(complete -p "\${COMP_WORDS[0]}" | sed -E 's/.*-F ([^ ]+).*/\\1/')
complete -p "\${COMP_WORDS[0]}" | grep -q -- '-o default' && default=files
compopt() { [ "$*" = '+o default' ] && default=''; }
"$function"
[ -n "$default" ] && [ "\${#COMPREPLY[@]}" = 0 ] && compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "\${COMPREPLY[@]}"`;

const ARGUMENTS: Record<Shell, string[]> = {
  bash: ['--norc', '-c', IN_BASH, 'bash'],
  zsh: ['-f', join(__dirname, 'zshCompletion.zsh')],
  fish: ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]'],
};
