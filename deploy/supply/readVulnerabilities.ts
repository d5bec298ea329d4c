import { lastLineOf } from '../docker.ts';
import { runProgram } from '../runProgram.ts';

export type Vulnerability = {
  name: string;
  /** Where package-lock.json has it: `node_modules/axios`. */
  paths: string[];
  severity: string;
  title: string;
  url: string;
};

/** What the registry knows, or why it does not tell. */
export type Answer = { kind: 'known'; vulnerabilities: Vulnerability[] } | { kind: 'unknown'; why: string };

export type ReadOptions = { projectRoot: string; env: NodeJS.ProcessEnv; signal?: AbortSignal };

/** As `npm audit --json` prints it: `via` holds a name where only a package below is vulnerable. */
type Report = {
  vulnerabilities?: Record<
    string,
    { nodes: string[]; via: (string | { title: string; url: string; severity: string })[] }
  >;
  message?: string;
};

/** npm's own patience is more than a minute. */
const RETRY = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000'];

/** Asks npm's registry for what is known of the packages that are installed to build the image. Never throws. */
export async function readVulnerabilities({ projectRoot, env, signal }: ReadOptions): Promise<Answer> {
  // On Windows npm is no program that could be spawned; npm itself says where it is to what `npm run` runs.
  const [program, ...before] = env.npm_execpath ? [process.execPath, env.npm_execpath] : ['npm'];
  const args = [...before, 'audit', '--json', '--omit=dev', ...RETRY];
  const options = { cwd: projectRoot, env, ...(signal && { signal }) };
  const { stdout, stderr } = await runProgram(program, args, options);
  const { vulnerabilities, message } = parse(stdout);
  if (!vulnerabilities) return { kind: 'unknown', why: message || lastLineOf(stderr) || 'npm says nothing' };
  return { kind: 'known', vulnerabilities: Object.entries(vulnerabilities).flatMap(toVulnerabilities) };
}

function parse(stdout: string): Report {
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    return {};
  }
}

type Entry = [name: string, found: NonNullable<Report['vulnerabilities']>[string]];

const toVulnerabilities = ([name, { nodes, via }]: Entry): Vulnerability[] =>
  via
    .filter((advisory) => typeof advisory !== 'string')
    .map(({ title, url, severity }) => ({ name, paths: nodes, severity, title, url }));
