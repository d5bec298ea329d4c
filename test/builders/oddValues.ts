import fc from 'fast-check';

type Json = Record<string, unknown>;

/** Stands in odd values for what is secret: whatever shows it has told somebody's data. */
export const CANARY = 'canary-5up3r';

/** Names that mean something to JavaScript, to Lambda, to BioT or to this project. */
const KNOWN_NAMES = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'toJSON',
    'hasOwnProperty',
    'then',
    'length',
  ],
  ...['headers', 'body', 'isBase64Encoded', 'requestContext', 'rawPath', 'source', 'scheduled', 'hooktype'],
  ...[
    'request',
    'response',
    'data',
    'metadata',
    'jwt',
    'entity',
    'path',
    'entities',
    '_id',
    '_email',
    'code',
  ],
];

const halfOfAPair = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit));

/** All that UTF-16 can be, halves of surrogate pairs too. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.oneof({ weight: 9, arbitrary: fc.string({ unit: 'binary', maxLength: 1 }) }, halfOfAPair),
  }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    'a\udfff',
    '\r\n',
    'null',
    'true',
    '..',
    '%',
    `\${A}`,
    CANARY,
    `a ${CANARY} b`,
  ),
);

export const oddName: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...KNOWN_NAMES), oddText);

const oddNumber = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 2 ** 53, 1e308, 1e-320, 4_102_444_800),
);

/** `__proto__` among the names is a field like all others, as JSON.parse makes it. */
const toObject = (fields: [string, unknown][]): Json => Object.fromEntries(fields);

/** Anything that JSON can say. */
export const oddJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, true, false), oddNumber, oddText),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(oddName, tie('value')), { maxLength: 4 }).map(toObject),
  ),
})).value;

/** JSON text of any depth, which the parser reads and recursion does not. */
export const deepJson = fc
  .integer({ min: 1, max: 30_000 })
  .map((depth) => '['.repeat(depth) + ']'.repeat(depth));

/** The same, where each value inside is now and then an odd one. */
export function withOddLeaves(base: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(base)) return fc.tuple(...base.map(withOddLeaves));
  if (typeof base !== 'object' || base === null)
    return fc.oneof({ weight: 6, arbitrary: fc.constant(base) }, oddText, oddJson);
  const fields = Object.entries(base).map(([name, value]) => [name, withOddLeaves(value)] as const);
  return fc.record(Object.fromEntries(fields));
}

type Edit = { at: number; kind: 'replace' | 'remove' | 'rename' | 'add'; name: string; value: unknown };
type Path = string[];

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'add'),
  name: oddName,
  value: fc.oneof(oddText, oddJson),
});

/** The same with one to four places in it changed, wherever they are. */
export const edited = <Value>(base: Value): fc.Arbitrary<Value> =>
  fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) => edits.reduce((value, next) => applyEdit(value, next), base as unknown) as Value);

function applyEdit(value: unknown, change: Edit): unknown {
  const paths = pathsOf(value);
  const path = paths[change.at % paths.length];
  return path ? editAt(value, path, change) : value;
}

/** Of all that is inside the value; for a value with nothing inside, none. */
function pathsOf(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner).map((rest) => [key, ...rest]),
  ]);
}

function editAt(value: unknown, [key = '', ...rest]: Path, change: Edit): unknown {
  const entries = Object.entries(value as object).flatMap(([name, inner]): [string, unknown][] => {
    if (name !== key) return [[name, inner]];
    return rest.length > 0 ? [[name, editAt(inner, rest, change)]] : toEdited(name, inner, change);
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : toObject(entries);
}

function toEdited(name: string, inner: unknown, change: Edit): [string, unknown][] {
  if (change.kind === 'remove') return [];
  if (change.kind === 'rename') return [[change.name, inner]];
  if (change.kind === 'replace') return [[name, change.value]];
  return [
    [name, inner],
    [change.name, change.value],
  ];
}
