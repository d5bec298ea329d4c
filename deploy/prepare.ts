import { wasAttempted } from './attempt.ts';
import { checkCatalogue } from './checkCatalogue.ts';
import { EXIT, Failure } from './failure.ts';
import { type Code, findCode, liveRelease } from './findCode.ts';
import { type Place, toReleaseKey } from './place.ts';
import type { PlanInput } from './plan/change.ts';
import { createPlan, type Plan } from './plan.ts';
import { createPluginApi, type Plugin, type PluginApi } from './pluginApi.ts';
import { type PluginFile, readPluginFile } from './pluginFile.ts';
import { type Release, readReleases, secretsOf } from './releases.ts';
import { resolveVariables } from './resolveVariables.ts';

/** `create` and `update` send the image that was pushed last; `deploy` does whichever applies, and builds if need be. */
export type DeployMode = 'create' | 'update' | 'deploy';

export type DeployOptions = {
  mode: DeployMode;
  /** Removes what BioT has and plugin.json does not name. */
  allowDeletes: boolean;
  /** For `docker build`. */
  buildArgs?: string[];
  /** Builds, even when nothing of what it is built from has changed. */
  rebuild?: boolean;
};

/** What would be sent, and to what. */
export type Prepared = {
  api: PluginApi;
  file: PluginFile;
  current: Plugin | undefined;
  /** The last release from here of the plugin that BioT has. */
  last: Release | undefined;
  /** Whose code goes, when it is not that of a release from here: a sentence. It is among the plan's notes too. */
  foreign: string | undefined;
  code: Code;
  plan: Plan;
  /** The release that BioT has, if it is one from here. */
  live: Release | undefined;
  /** The plan for the case that the code turns out to be what BioT runs. */
  planWithoutCode(): Plan;
  /** Variables whose values are never shown. */
  secrets: ReadonlySet<string>;
};

/** Reads, checks and compares all; sends nothing. @throws Failure */
export async function prepare(place: Place, options: DeployOptions): Promise<Prepared> {
  const { projectRoot, environmentName, variables, say } = place;
  const written = await readPluginFile(projectRoot, environmentName);
  const { file, secrets: own } = resolveVariables(written, variables);
  const { biot } = place;
  const api = createPluginApi(biot);
  const current = await api.find(file.name);
  refuse(options.mode, file.name, current);

  const releases = await readReleases(place.stateDirectory, toReleaseKey(place, file.name));
  const secrets = new Set([...own, ...secretsOf(releases)]);
  const last = current && releases.findLast((release) => release.pluginCreatedAt === current.creationTime);
  const live = liveRelease(current, last);
  const code = await findCode(place, { ...options, file, live, isRecorded: options.mode !== 'deploy' });
  const planFor = (what: PlanInput['code']) =>
    createPlan({ file, secrets, current, last, code: what, allowDeletes: options.allowDeletes });
  const plan = planFor(code.isNew ? 'new' : 'unchanged');
  if (plan.action !== 'none') await checkCatalogue(biot, file, say);
  const foreign = await findForeign(place, { current, last: last ?? releases.at(-1) });
  if (foreign) plan.notes.unshift(foreign);
  const planWithoutCode = () => planFor('unchanged');
  return { api, file, current, last, live, foreign, code, plan, planWithoutCode, secrets };
}

/** Undefined when BioT has what was deployed from here last, or what may have been sent from here. */
async function findForeign(
  place: Place,
  { current, last }: Pick<Prepared, 'current' | 'last'>,
): Promise<string | undefined> {
  if (!current || !last) return undefined;
  const { name, version } = current;
  const isSameLife = current.creationTime === last.pluginCreatedAt;
  if (isSameLife && version === last.version) return undefined;
  if (await wasAttempted(place, { plugin: last.plugin, version })) return undefined;
  return isSameLife
    ? `BioT has version ${version} of ${name}, which was not deployed from here (the last from here is ${last.version}).`
    : `BioT has version ${version} of a ${name} that was not created from here: the one deployed from here was deleted.`;
}

function refuse(mode: DeployMode, name: string, current: Plugin | undefined): void {
  if (mode === 'create' && current)
    throw new Failure({
      code: 'PLUGIN_EXISTS_BY_NAME',
      exitCode: EXIT.conflict,
      message: `BioT has a plugin ${name} already, in version ${current.version}`,
      cure: 'Change it (npx biot-plugin deploy, or update), or choose another "name" in plugin.json.',
    });
  if (mode === 'update' && !current)
    throw new Failure({
      code: 'PLUGIN_NOT_FOUND',
      exitCode: EXIT.failed,
      message: `BioT has no plugin ${name}`,
      cure: 'Create it: npx biot-plugin create, or deploy.',
    });
}
