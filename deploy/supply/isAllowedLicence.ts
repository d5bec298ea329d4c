import parse, { type Info } from 'spdx-expression-parse';

/** Under which others' code may ship with a plugin: they ask for no more than that their notice goes with it. */
const SHIPPED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
]);

/** Of what only runs here: data may be under these as well. */
export const TOOL_LICENCES: ReadonlySet<string> = new Set([
  ...SHIPPED_LICENCES,
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC0-1.0',
]);

/** Does what a package states, an SPDX expression, let us choose among these licences only? */
export function isAllowedLicence(stated: string | undefined, allowed = SHIPPED_LICENCES): boolean {
  try {
    return isMet(parse(stated ?? ''), allowed);
  } catch {
    return false; // such as `SEE LICENSE IN …`: somebody has to read it
  }
}

function isMet(licence: Info, allowed: ReadonlySet<string>): boolean {
  if ('license' in licence) return !licence.plus && !('exception' in licence) && allowed.has(licence.license);
  const [left, right] = [isMet(licence.left, allowed), isMet(licence.right, allowed)];
  return licence.conjunction === 'or' ? left || right : left && right;
}
