import type { Change, PlanInput, PlanPart } from './change.ts';
import { simpleFieldsOf } from './fieldsOf.ts';
import { findSetBy } from './findSetBy.ts';
import { isSame } from './isSame.ts';
import { platformDefaults } from './platformDefaults.ts';

const SCHEDULE = 'cronSchedule';

/** The fields that are compared as wholes. Only those that the file names count, and a schedule that it does not. */
export function planFields(input: PlanInput): PlanPart {
  const changes = simpleFieldsOf(input.file).flatMap(([field, to]) => compareField(input, field, to));
  const fields = Object.fromEntries(changes.map(({ path, to = null }) => [path, to]));
  const schedule = planUnnamedSchedule(input);
  return {
    changes: [...changes, ...schedule.changes],
    kept: schedule.kept,
    config: { ...fields, ...schedule.config },
  };
}

function compareField({ current, last }: PlanInput, field: string, to: unknown): Change[] {
  const from = current && (current[field] ?? platformDefaults[field]);
  if (isSame(from, to)) return [];
  const had = last?.config.fields[field];
  return [
    {
      path: field,
      action: actionOf(from ?? undefined, to ?? undefined),
      ...(from !== undefined && from !== null && { from }),
      ...(to !== undefined && to !== null && { to }),
      ...(had !== undefined && !isSame(had, from) && { changedElsewhere: true }),
    },
  ];
}

function actionOf(from: unknown, to: unknown): Change['action'] {
  if (from === undefined) return 'add';
  return to === undefined ? 'remove' : 'change';
}

/** Unlike a size, a schedule that is there without the file's wish does something by itself. */
function planUnnamedSchedule({ file, current, last, allowDeletes }: PlanInput): PlanPart {
  const value = current?.[SCHEDULE] ?? undefined;
  if (SCHEDULE in file || value === undefined) return { changes: [], kept: [], config: {} };
  const setBy = findSetBy(last?.config, SCHEDULE, { had: last?.config.fields[SCHEDULE], has: value });
  if (!allowDeletes) return { changes: [], kept: [{ path: SCHEDULE, value, setBy }], config: {} };
  const mark = setBy === 'elsewhere' ? { changedElsewhere: true as const } : {};
  return {
    changes: [{ path: SCHEDULE, action: 'remove', from: value, ...mark }],
    kept: [],
    config: { [SCHEDULE]: null },
  };
}
