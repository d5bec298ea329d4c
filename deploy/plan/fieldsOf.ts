import type { PluginFile } from '../pluginFile.ts';

// Told to BioT at the creation only, or in a way of their own.
const SPECIAL = [
  ...['name', 'version', 'deploymentPackageType', 'imageTag'],
  ...['environmentVariables', 'subscriptions', 'cors'],
];
// BioT returns null for them: the image itself says both.
const ZIP_ONLY = ['runtime', 'handler'];

/** The fields that are compared as wholes, like `memorySize`. */
export function simpleFieldsOf(file: PluginFile): [field: string, value: unknown][] {
  const isImage = file.deploymentPackageType === 'IMAGE';
  return Object.entries(file).filter(
    ([field, value]) =>
      value !== undefined && !SPECIAL.includes(field) && !(isImage && ZIP_ONLY.includes(field)),
  );
}

/** All fields but the variables, by the path under which a release keeps them. */
export function fieldsOf(file: PluginFile): Record<string, unknown> {
  const nested = ['subscriptions', 'cors'].flatMap((name) =>
    Object.entries(objectOf(file[name])).map(([field, value]) => [`${name}.${field}`, value] as const),
  );
  return Object.fromEntries([...simpleFieldsOf(file), ...nested]);
}

/** An object's fields; nothing for what is none. */
export const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
