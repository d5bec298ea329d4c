import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { bundleServe } from '../deploy/bundleServe.ts';
import { EXIT } from '../deploy/failure.ts';
import { readPluginFile } from '../deploy/pluginFile.ts';
import { addCommand } from './addCommand.ts';
import type { Session } from './session.ts';

const program = new Command('npm').showHelpAfterError().exitOverride(({ exitCode }) => {
  process.exit(exitCode === 0 ? 0 : EXIT.usage);
});
addCommand(
  {
    program,
    projectRoot: dirname(import.meta.dirname),
    usage: 'serve',
    summary: 'run this plugin as an HTTPS server of its own',
  },
  {
    example: 'TLS_CERT_FILE=cert.pem TLS_KEY_FILE=key.pem npm run serve',
    options: [
      ['--http', 'without TLS, behind a proxy that ends it'],
      ['--bundle', 'only make dist-serve/server.js, and print where it is'],
    ],
    isLongLived: true,
    async run(session, _args, { http, bundle }) {
      const { projectRoot, environmentName, say } = session;
      const server = await bundleServe(projectRoot, await readPluginFile(projectRoot, environmentName));
      if (bundle) {
        say('Run it with: node dist-serve/server.js. Next: docs/self-hosting.md');
        return { text: server, json: { server } };
      }
      await serve(session, [server, ...(http ? ['--http'] : [])]);
      return undefined;
    },
  },
);

/** With what `.env.serve` sets (`.env.serve.NAME` with `--env NAME`), under what is set already. */
async function serve({ projectRoot, environmentName, env, signal }: Session, args: string[]): Promise<void> {
  const file = `.env.serve${environmentName ? `.${environmentName}` : ''}`;
  const all = [`--env-file-if-exists=${join(projectRoot, file)}`, ...args];
  // It ends in order when the channel does: on Windows too, where signals only kill, and when this process is killed.
  const child = spawn(process.execPath, all, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const exit = once(child, 'exit');
  signal.addEventListener('abort', () => child.connected && child.disconnect());
  const [code] = (await exit) as [number | null];
  process.exitCode = code ?? EXIT.failed;
}

await program.parseAsync(['serve', ...process.argv.slice(2)], { from: 'user' });
