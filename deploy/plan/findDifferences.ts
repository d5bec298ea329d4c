import type { Plugin } from '../pluginApi.ts';
import type { PluginFile } from '../pluginFile.ts';
import type { PlanInput } from './change.ts';
import { isSame } from './isSame.ts';
import { planCors } from './planCors.ts';
import { planFields } from './planFields.ts';
import { planSubscriptions } from './planSubscriptions.ts';
import { planVariables } from './planVariables.ts';

/** The paths of what BioT has otherwise than it was sent. What BioT adds by itself is none. */
export function findDifferences(config: Record<string, unknown>, there: Plugin): string[] {
  const { deploymentPackageType = there.deploymentPackageType } = config;
  const input: PlanInput = {
    file: { ...config, deploymentPackageType } as PluginFile,
    secrets: new Set(),
    current: there,
    code: 'unchanged',
    allowDeletes: true,
  };
  const paths = [planFields, planVariables, planSubscriptions, planCors]
    .flatMap((plan) => plan(input).changes.map(({ path }) => path))
    .filter((path) => (path.split(/[.[]/)[0] ?? '') in config);
  const fixed = ['version', 'deploymentPackageType'].filter(
    (field) => field in config && !isSame(config[field], there[field]),
  );
  return [...fixed, ...paths];
}
