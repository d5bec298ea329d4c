import { EXIT, Failure } from './failure.ts';
import type { Change, Kept, PlanInput, PlanPart } from './plan/change.ts';
import { simpleFieldsOf } from './plan/fieldsOf.ts';
import { nextVersion } from './plan/nextVersion.ts';
import { planCors } from './plan/planCors.ts';
import { planFields } from './plan/planFields.ts';
import { planSubscriptions } from './plan/planSubscriptions.ts';
import { planVariables } from './plan/planVariables.ts';
import { type Plugin, ZIP_RUNTIME } from './pluginApi.ts';

/** What a deploy would do. All but `config` may be shown. */
export type Plan = {
  action: 'create' | 'update' | 'none';
  /** Empty when `action` is `none`, and only then. */
  changes: Change[];
  kept: Kept[];
  notes: string[];
  /** The `config` of the one POST or PATCH, without the image's tag. It has the values of secret variables. */
  config: Record<string, unknown>;
};

/**
 * What is between plugin.json and BioT, in the light of what the last release from here had set. What the file does
 * not name stays, unless it may go. @throws Failure
 */
export function createPlan(input: PlanInput): Plan {
  const full = { ...input, file: withRuntime(input.file) };
  const { current, code } = full;
  if (current) refuseOtherType(full.file.deploymentPackageType, current);
  const parts = [planFields, planVariables, planSubscriptions, planCors].map((plan) => plan(full));
  const kept = parts.flatMap((part) => part.kept);
  const notes = noteVersion(full).concat(noteLeftFields(full));

  if (current && code === 'unchanged' && parts.every(({ changes }) => changes.length === 0))
    return { action: 'none', changes: [], kept, notes, config: {} };
  const version = chooseVersion(full);
  const changes = [...changeCode(full, version), ...parts.flatMap((part) => part.changes)];
  const action = current ? 'update' : 'create';
  return { action, changes, kept, notes, config: toConfig(full, version, parts) };
}

/** What this project bundles says which runtime it needs, if the file does not. */
const withRuntime = (file: PlanInput['file']): PlanInput['file'] =>
  file.deploymentPackageType === 'ZIP' ? { ...ZIP_RUNTIME, ...file } : file;

function toConfig({ file, current }: PlanInput, version: number, parts: PlanPart[]): Record<string, unknown> {
  const { name, deploymentPackageType } = file;
  const config = Object.assign({ version }, ...parts.map((part) => part.config));
  return current ? config : { name, deploymentPackageType, ...config };
}

/** New code is the only thing that BioT lets a version change with. */
function changeCode({ current, code }: PlanInput, version: number): Change[] {
  if (!current)
    return [
      { path: 'code', action: 'add' },
      { path: 'version', action: 'add', to: version },
    ];
  if (code === 'unchanged') return [];
  return [
    { path: 'code', action: 'change' },
    { path: 'version', action: 'change', from: current.version, to: version },
  ];
}

/** Without new code it is a lock: BioT refuses another version than its own, so a deploy that crossed is noticed. */
function chooseVersion({ file, current, code }: PlanInput): number {
  if (!current) return file.version;
  const version = Number(current.version);
  return code === 'unchanged' ? version : nextVersion(version, file.version);
}

function noteVersion({ file, current, code }: PlanInput): string[] {
  if (!current || code === 'new' || file.version <= Number(current.version)) return [];
  return [
    `plugin.json says version ${file.version}: BioT takes a new version with new code only, so it stays ${current.version}.`,
  ];
}

/** BioT keeps what a request does not name, and its defaults are not all known. */
function noteLeftFields({ file, current, last }: PlanInput): string[] {
  if (!current || !last) return [];
  const named = new Set(simpleFieldsOf(file).map(([field]) => field));
  return Object.keys(last.config.fields)
    .filter((field) => !field.includes('.') && field !== 'cronSchedule' && !named.has(field))
    .filter((field) => (current[field] ?? undefined) !== undefined)
    .map(
      (field) => `plugin.json does not name ${field} any more: it stays ${JSON.stringify(current[field])}.`,
    );
}

function refuseOtherType(wanted: string, { name, deploymentPackageType }: Plugin): void {
  const type = deploymentPackageType ?? 'ZIP';
  if (wanted === type) return;
  throw new Failure({
    code: 'PACKAGE_TYPE_FIXED',
    exitCode: EXIT.conflict,
    message: `The plugin ${name} is deployed as ${type}, and BioT does not let it become ${wanted}`,
    cure: 'Delete it first (npx biot-plugin delete), or choose another "name" in plugin.json.',
  });
}
