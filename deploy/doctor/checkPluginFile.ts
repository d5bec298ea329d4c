import { readPluginFile } from '../pluginFile.ts';
import { resolveVariables } from '../resolveVariables.ts';
import { type Finding, ok, type Patient } from './check.ts';

/** @throws Failure for whatever deploy would refuse */
export async function checkPluginFile(patient: Patient): Promise<Finding> {
  const { projectRoot, environmentName, variables } = patient;
  const { file } = resolveVariables(await readPluginFile(projectRoot, environmentName), variables);
  return ok(`${file.name}, version ${file.version}, ${file.deploymentPackageType}`);
}

/** A ZIP needs neither container engine nor registry. What cannot be read is told by its own check. */
export async function needsImage({ projectRoot, environmentName }: Patient): Promise<boolean> {
  const file = await readPluginFile(projectRoot, environmentName).catch(() => undefined);
  return file?.deploymentPackageType !== 'ZIP';
}
