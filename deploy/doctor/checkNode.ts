import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, ok, type Patient, problem, warning } from './check.ts';

const LEAST = 20;

export async function checkNode({ projectRoot }: Pick<Patient, 'projectRoot'>): Promise<Finding> {
  return judgeNode(process.versions.node, { path: process.execPath, pinned: readPinned(projectRoot) });
}

/** `pinned` is the project's own Node, which runs in the image too. */
export function judgeNode(version: string, { path, pinned }: { path: string; pinned: string }): Finding {
  const said = `Node ${version} at ${path}`;
  const major = (of: string) => Number.parseInt(of, 10);
  if (major(version) < LEAST)
    return problem(`${said}: ${LEAST} is the least that will do`, 'Install a newer Node, then: npm ci');
  if (major(version) === major(pinned)) return ok(said);
  return warning(
    `${said}, and the project’s own is ${pinned}`,
    'Run it by npx biot-plugin or npm run, which take the project’s own after npm ci.',
  );
}

function readPinned(projectRoot: string): string {
  const path = join(projectRoot, 'package.json');
  if (!existsSync(path)) return process.versions.node;
  const { devDependencies } = JSON.parse(readFileSync(path, 'utf8')) as {
    devDependencies?: Record<string, string>;
  };
  return devDependencies?.node ?? process.versions.node;
}
