import type { Change, Kept } from '../../deploy/plan/change.ts';
import type { Plan } from '../../deploy/plan.ts';

const SIGNS = { add: '+', change: '~', remove: '-' } as const;

// What somebody else did since the last release from here, by what is going to be done about it.
const ELSEWHERE = {
  add: 'somebody else has removed it',
  change: 'somebody else has changed it',
  remove: 'somebody else has set it',
} as const;

const SET_BY = {
  release: 'was deployed from here, and is not in plugin.json any more',
  elsewhere: 'somebody else has set it',
  unknown: 'not in plugin.json',
} as const;

const LONGEST_VALUE = 100;

/** A plan for people: a line for each change, then what stays, then notes. */
export function toText({ action, changes, kept, notes }: Plan): string {
  const parts = [
    action === 'none' ? ['Nothing to deploy: BioT has all that plugin.json says.'] : toLines(action, changes),
    toKept(kept),
    notes.map((note) => `Note: ${note}`),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function toLines(action: Plan['action'], changes: Change[]): string[] {
  const counts = Object.keys(SIGNS).map(
    (name) => `${changes.filter((change) => change.action === name).length} to ${name}`,
  );
  return [`${action === 'create' ? 'A new plugin: ' : ''}${counts.join(', ')}`, ...changes.map(toLine)];
}

function toLine(change: Change): string {
  const { path, action, changedElsewhere } = change;
  const line = [SIGNS[action], path, toValues(change)].filter(Boolean).join(' ');
  return changedElsewhere ? `  ${line} (${ELSEWHERE[action]} since the last release)` : `  ${line}`;
}

function toValues({ path, action, from, to, isSecret }: Change): string {
  if (isSecret) return action === 'change' ? '(secret) changed' : '(secret)';
  if (path === 'code') return 'new';
  const values = [from, to].filter((value) => value !== undefined).map(toValue);
  return values.join(' → ');
}

function toKept(kept: Kept[]): string[] {
  if (kept.length === 0) return [];
  return [
    'Stays as BioT has it (--allow-deletes removes it):',
    ...kept.map(({ path, value, setBy }) =>
      ['   ', path, ...(value === undefined ? [] : [toValue(value)]), `(${SET_BY[setBy]})`].join(' '),
    ),
  ];
}

/** One line, whatever somebody has written there. */
function toValue(value: unknown): string {
  const text = typeof value === 'string' && /^[^\p{C}\s"]+$/u.test(value) ? value : JSON.stringify(value);
  const safe = text.replace(/\p{C}/gu, (character) => toEscape(character));
  return safe.length > LONGEST_VALUE ? `${safe.slice(0, LONGEST_VALUE)}…` : safe;
}

const toEscape = (character: string): string =>
  `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;
