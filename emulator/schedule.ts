import { Cron } from 'croner';

/** A schedule as EventBridge reads it, in UTC. */
export type Schedule = {
  /** The first time after this one; undefined when there is none any more. */
  nextAfter(time: Date): Date | undefined;
};

/** `special` is what only stands alone in its field. */
type Field = { min: number; max: number; names?: string[]; special?: RegExp };

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

// Minutes, hours, day of month, month, day of week (1 is Sunday), year.
const FIELDS: Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31, special: /^(\?|L|LW|\d{1,2}W)$/ },
  { min: 1, max: 12, names: MONTHS },
  { min: 1, max: 7, names: DAYS, special: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { min: 1970, max: 2199 },
];

/**
 * Six fields with spaces between and upper-case names, `?` in exactly one of the two days; undefined for anything else.
 * The form is EventBridge's own; the values and the times are the parser's.
 */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = text.split(/ +/);
  const unset = [fields[2], fields[4]].filter((field) => field === '?').length;
  if (fields.length !== FIELDS.length || unset !== 1) return undefined;
  const translated = FIELDS.map((field, i) => toCronerField(fields[i] ?? '', field));
  if (translated.includes(undefined)) return undefined;
  try {
    const cron = new Cron(`0 ${translated.join(' ')}`, {
      timezone: 'UTC',
      paused: true,
      alternativeWeekdays: true,
    });
    return { nextAfter: (time) => cron.nextRun(time) ?? undefined };
  } catch {
    return undefined;
  }
}

function toCronerField(text: string, field: Field): string | undefined {
  if (field.special?.test(text)) return toCronerSpecial(text, field);
  const items = text.split(',').map((item) => toCronerItem(item, field));
  return items.includes(undefined) ? undefined : items.join(',');
}

function toCronerSpecial(text: string, { names }: Field): string {
  if (text === '?') return '*';
  return text === 'L' && names ? 'SAT' : text;
}

/** The parser knows neither `5/10`, a step from a value on, nor `20-2`, a range over the end. */
function toCronerItem(item: string, { min, max, names = [] }: Field): string | undefined {
  const [, any, from = '', to, step] =
    /^(?:(\*)|(\d{1,4}|[A-Z]{3})(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  if (any) return item;
  const [first, last] = [toNumber(from, names), toNumber(to ?? from, names)];
  if (![first, last].every((value) => value >= min && value <= max)) return undefined;
  if (step !== undefined) return to === undefined ? `${first}-${max}/${step}` : undefined;
  if (first <= last) return `${first}-${last}`;
  return `${first}-${max},${min}-${last}`;
}

/** NaN for what is neither. */
function toNumber(text: string, names: string[]): number {
  return names.includes(text) ? names.indexOf(text) + 1 : Number(/^\d+$/.test(text) ? text : 'NaN');
}
