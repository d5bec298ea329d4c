import { MAX_VARIABLES_BYTES, toVariablesBytes } from '../variablesBytes.ts';
import { type Fields, isFields } from './joinFields.ts';
import type { Mistake } from './mistake.ts';

/** Without what references stand for: that is known only when they are resolved, and counted again then. */
export function findTooLong({ environmentVariables }: Fields): Mistake[] {
  if (!isFields(environmentVariables)) return [];
  const texts = Object.entries(environmentVariables).map(([name, value]) => [name, withoutReferences(value)]);
  const bytes = toVariablesBytes(Object.fromEntries(texts));
  if (bytes <= MAX_VARIABLES_BYTES) return [];
  const line = (file: string) =>
    `"environmentVariables" in ${file} has ${bytes} bytes, and Lambda takes ${MAX_VARIABLES_BYTES} in all`;
  return [{ path: ['environmentVariables'], line }];
}

// What is no text is another mistake.
const withoutReferences = (value: unknown): string =>
  typeof value === 'string' ? value.replaceAll(/\$\{\w+\}/g, '') : '';
