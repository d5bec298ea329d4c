import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { runProgram } from '../../deploy/runProgram.ts';
import { type CiSteps, readBitbucket, readGithub, readJenkins, readStage } from '../builders/ciSteps.ts';
import { type Environment, type RunningEmulator, startEmulatorProcess } from '../builders/commandLine.ts';
import { newFolder } from '../builders/patient.ts';
import { copyProject, PROJECT_ROOT } from '../builders/project.ts';

const TIMEOUT_MS = 120_000;

const read = (name: string): string => readFileSync(join(PROJECT_ROOT, 'docs/ci', name), 'utf8');
const github = read('github-actions.yml');
const bitbucket = read('bitbucket-pipelines.yml');
const jenkins = read('Jenkinsfile');

const recipes: [name: string, text: string, steps: CiSteps][] = [
  ['github-actions.yml', github, readGithub(github)],
  ['bitbucket-pipelines.yml', bitbucket, readBitbucket(bitbucket)],
  ['Jenkinsfile', jenkins, readJenkins(jenkins)],
];

describe.each(recipes)('docs/ci/%s', (name, text, steps) => {
  const projectRoot = copyProject();
  const origin = newFolder();
  let emulator: RunningEmulator;

  /** As a runner does: a shell that ends at the first failure, with a bare PATH. */
  const run = async (scripts: string[], env: Environment = {}) => {
    const path = [join(projectRoot, 'node_modules/.bin'), dirname(process.execPath), '/usr/bin', '/bin'];
    const summary = join(projectRoot, '.biot/summary.md');
    const given = { PATH: path.join(':'), HOME: tmpdir(), CI: 'true', GITHUB_STEP_SUMMARY: summary };
    const ran = await runProgram('bash', ['-e', '-o', 'pipefail', '-c', scripts.join('\n')], {
      cwd: projectRoot,
      env: { ...given, ...emulator.env, ...env },
    });
    return { ...ran, output: ran.stdout + ran.stderr };
  };

  beforeAll(async () => {
    const file = join(projectRoot, 'plugin.json');
    const plugin = { ...JSON.parse(readFileSync(file, 'utf8')), deploymentPackageType: 'ZIP' };
    writeFileSync(file, JSON.stringify({ ...plugin, environmentVariables: { API_KEY: 'secret-value' } }));
    emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'process']);
    const clone = [`git init -q --bare ${origin}`, 'git init -q', `git remote add origin ${origin}`];
    const { code, output } = await run(['mkdir -p .biot', ...clone]);
    if (code !== 0) throw new Error(output);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await emulator?.interrupt();
  });

  it(
    'plans a new plugin without failing, deploys it, and deploys nothing when nothing has changed',
    async () => {
      const plan = await run(steps.plan);
      const first = await run([...steps.deploy, ...steps.after]);
      if (steps.after.length > 0) rmSync(join(projectRoot, '.biot/releases.jsonl')); // another machine
      const second = await run(steps.deploy);

      expect([plan.code, first.code, second.code]).toEqual([0, 0, 0]);
      expect(plan.stdout).toContain('Deploying my-plugin: create');
      expect([first.stdout, second.stdout].map((out) => out.includes('my-plugin has version 1'))).toEqual([
        true,
        true,
      ]);
      expect(second.stderr).toContain('up to date');
      expect(plan.output + first.output + second.output).not.toContain('secret-value');
    },
    TIMEOUT_MS,
  );

  it(
    'fails with the command’s exit code, and says why, but no password',
    async () => {
      const env = { BIOT_CLI_PASSWORD: 'hunter2' };

      const plan = await run(steps.plan, env);
      const deploy = await run(steps.deploy, env);

      expect([plan.code, deploy.code]).toEqual([3, 3]);
      expect(deploy.stdout).toContain('LOGIN_FAILED');
      expect(plan.output + deploy.output).not.toContain('hunter2');
    },
    TIMEOUT_MS,
  );

  it('runs the checks before a change is merged, one deploy at a time, for no longer than half an hour', () => {
    for (const command of ['npm ci', 'npm run check', 'npm test']) expect(text).toContain(command);
    expect(text).toMatch(/concurrency:|concurrency-group:|disableConcurrentBuilds\(\)/);
    expect(text).toMatch(/timeout-minutes: 30|max-time: 30|timeout\(time: 30/);
    expect(`${name}: ${text}`).not.toMatch(/set -[a-z]*x|xtrace|\bjq\b/);
  });
});

describe('docs/ci/github-actions.yml', () => {
  it('is a workflow to GitHub’s own parser', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
    const outfile = join(folder, 'parser.cjs'); // it is made for bundlers
    const contents = "export { parseWorkflow, NoOperationTraceWriter } from '@actions/workflow-parser'";
    const whole = { bundle: true, format: 'cjs', platform: 'node' } as const;
    await build({ ...whole, stdin: { contents, resolveDir: PROJECT_ROOT }, outfile });
    const { parseWorkflow, NoOperationTraceWriter } = require(outfile);
    rmSync(folder, { recursive: true });
    const errorsOf = (content: string): string[] =>
      parseWorkflow({ name: 'plugin.yml', content }, new NoOperationTraceWriter())
        .context.errors.getErrors()
        .map(String);

    expect(errorsOf(github)).toEqual([]);
    expect(errorsOf(github.replace('runs-on', 'runs'))).not.toEqual([]);
  });

  it('names each action with its version', () => {
    const { jobs } = parse(github) as { jobs: Record<string, { steps: { uses?: string }[] }> };

    const actions = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(actions.filter((action) => !/^actions\/[a-z/-]+@v\d+$/.test(action))).toEqual([]);
    expect(actions.length).toBeGreaterThan(4);
  });
});

describe('docs/ci/bitbucket-pipelines.yml', () => {
  const folder = newFolder();

  it.each(['plan', 'deploy'] as const)(
    'does not %s without the releases when they cannot be fetched',
    async (step) => {
      writeFileSync(join(folder, 'npx'), '#!/bin/sh\necho it went on\n', { mode: 0o755 });
      const script = `git init -q; git remote add origin /nowhere || true\n${readBitbucket(bitbucket)[step].join('\n')}`;
      const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder };

      const { code, stdout } = await runProgram('bash', ['-e', '-c', script], { cwd: folder, env });

      expect(code).not.toBe(0);
      expect(stdout).toBe('');
    },
  );
});

describe('docs/ci/Jenkinsfile', () => {
  it('gives no secret to the pull request of a fork', () => {
    const stages = ['Check', 'Plan'].map((name) => readStage(jenkins, name));

    expect(stages.map((stage) => stage.includes('withCredentials'))).toEqual([false, true]);
    expect(stages[1]).toContain('expression { env.CHANGE_FORK == null }');
  });

  it('has braces that match', () => {
    const whole = readStage(jenkins.replace('pipeline {', "stage('all') {"), 'all');

    expect(whole.length).toBe(
      jenkins.trim().length + "stage('all') {".length - 'pipeline {'.length - jenkins.indexOf('pipeline'),
    );
  });
});
