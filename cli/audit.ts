import { dirname } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../deploy/failure.ts';
import { type Audit, audit } from '../deploy/supply/audit.ts';
import { addCommand } from './addCommand.ts';

const program = new Command('npm run').showHelpAfterError().exitOverride(({ exitCode }) => {
  process.exit(exitCode === 0 ? 0 : EXIT.usage);
});
addCommand(
  {
    program,
    projectRoot: dirname(import.meta.dirname),
    usage: 'audit',
    summary: 'say whether what ships may, and whether a vulnerability of it is known',
  },
  {
    example: 'npm run audit',
    async run({ projectRoot, env, signal }) {
      const found = await audit({ projectRoot, env, signal });
      const isRefused = found.findings.some(({ severity }) => severity === 'error');
      return { text: toText(found, isRefused), json: found, ...(isRefused && { exitCode: EXIT.failed }) };
    },
  },
);
function toText({ findings, packages, isKnown }: Audit, isRefused: boolean): string {
  const lines = findings.map(
    ({ severity, code, message, cure }) => `${severity} ${code} ${message}\n      ${cure}`,
  );
  const vulnerabilities = isKnown ? 'no vulnerability is known' : 'vulnerabilities could not be looked up';
  const verdict = `${packages} packages ship: their licences are allowed, ${vulnerabilities}`;
  return [...lines, ...(isRefused ? [] : [verdict])].join('\n');
}

await program.parseAsync(['audit', ...process.argv.slice(2)], { from: 'user' });
