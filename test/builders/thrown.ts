const fails = (): never => {
  throw new Error('canary of a getter');
};

/** What code may throw that is no ordinary error. */
export const oddlyThrown: [name: string, thrown: unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['text', 'canary text'],
  ['a number', 10n],
  ['a symbol', Symbol('canary')],
  ['a function', () => 'canary'],
  ['an object that cannot be read', Object.defineProperty({}, 'message', { get: fails })],
  ['a proxy that refuses everything', new Proxy({}, { get: fails, getPrototypeOf: fails, has: fails })],
  ['an error without a stack', Object.assign(new Error('no'), { stack: undefined })],
  ['an error whose name is an object', Object.assign(new Error('no'), { name: { canary: 1 } })],
  ...['name', 'message', 'stack', 'cause', 'code', 'status', 'isAxiosError'].map(
    (field): [string, unknown] => [
      `an error whose ${field} throws`,
      Object.defineProperty(new Error('no'), field, { get: fails }),
    ],
  ),
];
