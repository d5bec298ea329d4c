import { isSecret } from '../isSecret.ts';
import { hashVariable } from '../releasedConfig.ts';
import { refuseTooLong } from '../variablesBytes.ts';
import type { Change, PlanInput, PlanPart } from './change.ts';
import { compareItems } from './compareItems.ts';
import { objectOf } from './fieldsOf.ts';
import { findSetBy } from './findSetBy.ts';

/** BioT adds variables of its own under this prefix, and refuses those of others. */
const RESERVED_PREFIX = 'BIOT_';

/** PATCH replaces all variables, so what is sent has those too that only BioT has. @throws Failure for more than Lambda takes */
export function planVariables({ file, secrets, current, last, allowDeletes }: PlanInput): PlanPart {
  const inFile = toVariables(file.environmentVariables);
  const inBiot = toVariables(current?.environmentVariables);
  const pathOf = (name: string) => `environmentVariables.${name}`;

  const { changes, kept, items } = compareItems<string>({
    file: inFile,
    current: inBiot,
    allowDeletes,
    pathOf,
    isSame: (one, other) => one === other,
    join: (value) => value,
    setBy: (name) => {
      const value = inBiot.get(name);
      const has = value !== undefined && last ? hashVariable(last.config.salt, name, value) : undefined;
      return findSetBy(last?.config, pathOf(name), { had: last?.config.variables[name], has });
    },
    show: (name, values) => showValues(secrets.has(name) || mayBeSecret(name, values), values),
    showKept: () => ({}),
  });
  if (changes.length === 0) return { changes, kept, config: {} };
  const environmentVariables = Object.fromEntries(items);
  const unnamed = [...items.keys()].filter((name) => !inFile.has(name));
  refuseTooLong(environmentVariables, unnamed);
  return { changes, kept, config: { environmentVariables } };
}

function toVariables(variables: unknown): Map<string, string> {
  const own = Object.entries(objectOf(variables)).filter(([name]) => !name.startsWith(RESERVED_PREFIX));
  return new Map(own.map(([name, value]) => [name, String(value)]));
}

/** What BioT has may be secret although the file's value is not. */
const mayBeSecret = (name: string, { from = '', to = '' }: { from?: string; to?: string }): boolean =>
  isSecret(name, from) || isSecret(name, to);

/** Of one that goes the value is not shown: nobody here knows whether it was secret. */
function showValues(
  isHidden: boolean,
  { from, to }: { from?: string; to?: string },
): Pick<Change, 'from' | 'to' | 'isSecret'> {
  if (isHidden) return { isSecret: true };
  if (to === undefined) return {};
  return { ...(from !== undefined && { from }), to };
}
