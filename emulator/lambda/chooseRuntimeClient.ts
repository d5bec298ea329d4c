import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The program that runs handlers: AWS's own runtime client if it could be built on this machine, otherwise the small
 * one beside this file. Says once which, and what a process cannot keep of Lambda's rules.
 */
export function chooseRuntimeClient(projectRoot: string, log: (line: string) => void): () => string {
  let chosen: string | undefined;
  return () => {
    if (chosen) return chosen;
    const aws = join(projectRoot, 'node_modules/aws-lambda-ric');
    const isAws = existsSync(join(aws, 'rapid-client.node'));
    const client = isAws
      ? 'aws-lambda-ric'
      : 'a small client of its own, as aws-lambda-ric could not be built here';
    log(
      `ZIP plugins run as processes with ${client}. Read-only root, user and memory limit are not kept; ` +
        'instead of /tmp each environment has a folder of its own, which os.tmpdir() tells.',
    );
    chosen = isAws ? join(aws, 'index.mjs') : join(projectRoot, 'emulator/lambda/runtimeClient.mjs');
    return chosen;
  };
}
