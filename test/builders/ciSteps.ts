import { parse } from 'yaml';

/** The shell of a job's steps in their order, each a script of its own. */
export type CiSteps = { plan: string[]; deploy: string[]; after: string[] };

type GithubJob = { steps: { run?: string; name?: string }[] };
type BitbucketStep = { step: { name: string; script: string[]; 'after-script'?: string[] } };

const isOurs = (script: string): boolean => !script.startsWith('npm ');

export function readGithub(text: string): CiSteps {
  const { jobs } = parse(text) as { jobs: { check: GithubJob; deploy: GithubJob } };
  const scriptsOf = ({ steps }: GithubJob) => steps.flatMap(({ run }) => run ?? []).filter(isOurs);
  return { plan: scriptsOf(jobs.check), deploy: scriptsOf(jobs.deploy), after: [] };
}

export function readBitbucket(text: string): CiSteps {
  const { definitions } = parse(text) as { definitions: { steps: BitbucketStep[] } };
  const find = (name: string) => definitions.steps.find(({ step }) => step.name === name)?.step;
  const toScript = (lines: string[] = []) => [lines.filter(isOurs).join('\n')]; // all in one shell
  return {
    plan: toScript(find('Plan')?.script),
    deploy: toScript(find('Deploy')?.script),
    after: toScript(find('Deploy')?.['after-script']),
  };
}

/** A stage of a declarative pipeline, found by its braces; those in texts do not count. @throws Error when they do not match */
export function readStage(text: string, name: string): string {
  const begin = text.indexOf(`stage('${name}')`);
  const tokens = text.slice(begin).matchAll(/'''[\s\S]*?'''|'(?:[^'\\\n]|\\.)*'|\/\/.*|[{}]/g);
  let depth = 0;
  for (const { 0: token, index } of tokens) {
    if (token === '{') depth++;
    if (token === '}' && --depth === 0) return text.slice(begin, begin + index + 1);
  }
  throw new Error(`The stage ${name} does not end`);
}

export function readJenkins(text: string): CiSteps {
  const scriptsOf = (stage: string) =>
    [...readStage(text, stage).matchAll(/\bsh (?:'''([\s\S]*?)'''|'(.*?)')/g)]
      .map(([, long, short]) => (long ?? short ?? '').trim())
      .filter(isOurs);
  return { plan: scriptsOf('Plan'), deploy: scriptsOf('Deploy'), after: [] };
}
