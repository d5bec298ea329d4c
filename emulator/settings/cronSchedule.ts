const NUMBER = String.raw`\d{1,4}`;
const MONTH = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC';
const DAY = 'SUN|MON|TUE|WED|THU|FRI|SAT';

type Field = { min: number; max: number; names?: string; extra?: RegExp };

// EventBridge's six fields in their order.
const FIELDS: Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31, extra: /^(\?|L|LW|\d{1,2}W)$/ },
  { min: 1, max: 12, names: MONTH },
  { min: 1, max: 7, names: DAY, extra: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { min: 1970, max: 2199 },
];

/** Is it a schedule as the plugin API takes it: six fields, `?` in exactly one of the two days, upper-case names? */
export function isCronSchedule(text: string): boolean {
  const fields = text.split(/ +/);
  const dayMarks = [fields[2], fields[4]].filter((field) => field === '?').length;
  return (
    fields.length === FIELDS.length &&
    dayMarks === 1 &&
    FIELDS.every((field, i) => isField(fields[i] ?? '', field))
  );
}

function isField(text: string, field: Field): boolean {
  if (field.extra?.test(text)) return true;
  return text.split(',').every((item) => isItem(item, field));
}

/** `*`, a value, a range, or a step from one of the first two. */
function isItem(item: string, { min, max, names }: Field): boolean {
  const value = names ? `(?:${NUMBER}|${names})` : NUMBER;
  const isWritten = new RegExp(`^(\\*(/${NUMBER})?|${value}(-${value}|/${NUMBER})?)$`).test(item);
  const numbers = item.replace(/\/.*/, '').match(/\d+/g) ?? [];
  return isWritten && numbers.every((number) => Number(number) >= min && Number(number) <= max);
}
