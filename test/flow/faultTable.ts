import type { Disturbance, Outcome } from '../builders/deployUnderFault.ts';
import type { ProxyFault, Strike } from '../builders/faultProxy.ts';

/** One line of docs/faults.md, and one test. */
export type Row = {
  step: string;
  fault: string;
  disturbance: Disturbance;
  outcome: Pick<Outcome, 'exitCode' | 'code' | 'has'> & { isRetried: boolean };
  /** After it was run again: 1 for a plugin that is new, 2 for a change, unless told otherwise. */
  version: number;
  meaning: string;
};

type End = Pick<Row, 'outcome' | 'meaning'> & { more?: number };

const done = (isRetried: boolean, meaning: string): End => ({
  outcome: { exitCode: 0, has: 'new', isRetried },
  meaning,
});
const failed = (code: string, isRetried: boolean, meaning: string): End => ({
  outcome: { exitCode: 1, code, has: 'old', isRetried },
  meaning,
});
const interrupted = (meaning: string): End => ({
  outcome: { exitCode: 130, code: 'INTERRUPTED', has: 'old', isRetried: false },
  meaning,
});

const AGAIN = done(true, 'It is tried again, and all is done.');
const GIVEN_UP = 'It is tried five times; then it says that BioT is busy. Nothing was sent.';
const NOTHING_SENT = interrupted('It ends at once. Nothing was sent.');

type Fault = { name: string; fault: ProxyFault & { times?: number }; more?: Partial<Disturbance> };

const CTRL_C: Fault = { name: 'Ctrl-C', fault: { kind: 'hold' }, more: { interrupt: true } };
const ANSWERED: Fault = {
  name: 'Ctrl-C, and BioT answers within 5 s',
  fault: { kind: 'hold-answer' },
  more: { interrupt: true, thenRelease: true },
};
const RESET: Fault = { name: 'connection reset', fault: { kind: 'reset' } };
const NO_NETWORK: Fault = { name: 'network lost, and stays so', fault: { kind: 'refuse' } };
const HALF: Fault = { name: 'half an answer', fault: { kind: 'half' } };
const DONE_504: Fault = { name: '504, although it is done', fault: { kind: 'lost-answer' } };
const BUSY: Fault = { name: '503, and stays so', fault: { kind: 'status', status: 503, times: 99 } };
const WAIT_429: Fault = {
  name: '429 with `Retry-After: 1`',
  fault: { kind: 'status', status: 429, retryAfter: '1' },
};
const status = (code: number): Fault => ({ name: String(code), fault: { kind: 'status', status: code } });

type Step = { name: string; at: Pick<Strike, 'call' | 'after'>; with: Omit<Disturbance, 'strike'> };

function rows({ name, at, with: given }: Step, ends: [Fault, End][]): Row[] {
  return ends.map(([{ name: fault, fault: strike, more }, end]) => ({
    step: name,
    fault,
    disturbance: { ...given, ...more, ...toStrike(name, { ...at, ...strike }) },
    outcome: end.outcome,
    meaning: end.meaning,
    version: (given.change === 'create' ? 1 : 2) + (end.more ?? 0),
  }));
}

const toStrike = (step: string, strike: Strike): Partial<Disturbance> =>
  step === 'Push the image' ? { strikeRegistry: strike } : { strike };

/** What all calls have in common that change nothing. */
const ofReads: [Fault, End][] = [
  [RESET, AGAIN],
  [HALF, AGAIN],
  [WAIT_429, done(true, 'It waits as long as BioT asks for, and all is done.')],
  [status(500), AGAIN],
  [status(503), AGAIN],
  [status(504), AGAIN],
  [BUSY, failed('REFUSED', true, GIVEN_UP)],
  [NO_NETWORK, failed('BIOT_UNREACHABLE', true, 'It says that BioT does not answer. Nothing was sent.')],
  [CTRL_C, NOTHING_SENT],
];

/** What the one call that changes something meets. */
const ofChanges: [Fault, End][] = [
  [RESET, done(true, 'BioT is asked, has nothing new, and gets it again.')],
  [HALF, done(false, 'BioT is asked, and has it: all is done.')],
  [DONE_504, done(false, 'BioT is asked, and has it: all is done, and not done twice.')],
  [WAIT_429, done(true, 'It was turned away: it is sent again after the second.')],
  [status(500), done(true, 'BioT is asked, has nothing new, and gets it again.')],
  [status(503), done(true, 'BioT is asked, has nothing new, and gets it again.')],
  [status(504), done(true, 'BioT is asked, has nothing new, and gets it again.')],
  [BUSY, failed('REFUSED', true, 'It says what BioT still has.')],
  [NO_NETWORK, failed('ANSWER_LOST', false, 'It says that it cannot be known, and how to find out.')],
  [CTRL_C, interrupted('After 5 s it ends, and says that BioT has all of it or nothing.')],
  [ANSWERED, done(false, 'What has begun is brought to its end, and is in the ledger.')],
];

const PLUGIN = /^GET \/settings\/v2\/plugins\/Plugin-/;
const create = { change: 'create' } as const;
const update = { change: 'update' } as const;
const image = { change: 'create', isImage: true } as const;

const readBack = done(true, 'It is asked again, and all is done.');
const SENT = 'What BioT answered when it took it counts: all is done.';

export const zipRows: Row[] = [
  ...rows({ name: 'Log in to BioT', at: { call: /^POST \/ums\/v2\/users\/login$/ }, with: create }, [
    ...ofReads.slice(0, -1),
    [CTRL_C, interrupted('It ends within 5 s. Nothing was sent.')],
  ]),
  ...rows({ name: 'Read the plugin', at: { call: PLUGIN }, with: create }, ofReads),
  ...rows(
    {
      name: 'Read what BioT can call for',
      at: { call: /^GET \/settings\/v2\/entity-types\/action-notifications$/ },
      with: create,
    },
    ofReads,
  ),
  ...rows(
    { name: 'Look whether somebody was faster', at: { call: PLUGIN, after: 1 }, with: update },
    ofReads,
  ),
  ...rows({ name: 'Create', at: { call: /^POST \/settings\/v2\/plugins$/ }, with: create }, ofChanges),
  ...rows({ name: 'Update', at: { call: /^PATCH \/settings\/v2\/plugins\// }, with: update }, ofChanges),
  ...rows({ name: 'Read back', at: { call: PLUGIN, after: 2 }, with: update }, [
    [RESET, readBack],
    [HALF, readBack],
    [status(503), readBack],
    [BUSY, done(true, SENT)],
    [NO_NETWORK, done(true, SENT)],
    [CTRL_C, done(false, `${SENT} It was too late.`)],
  ]),
  {
    step: 'Write the ledger',
    fault: 'it cannot be written',
    disturbance: { change: 'create', isLedgerUnwritable: true },
    outcome: { exitCode: 1, code: 'LEDGER_NOT_WRITTEN', has: 'new', isRetried: false },
    meaning: 'It says that all is done but this. As nobody knows then whose code runs, it is sent once more.',
    version: 2,
  },
];

export const imageRows: Row[] = [
  ...rows(
    {
      name: 'Get temporary credentials',
      at: { call: /^GET \/settings\/v2\/plugins\/docker-repository\/temp-credentials$/ },
      with: image,
    },
    [[CTRL_C, NOTHING_SENT]],
  ),
  ...rows({ name: 'Get ECR’s docker password', at: { call: /^POST \/ecr\/?$/ }, with: image }, [
    [RESET, AGAIN],
    [HALF, AGAIN],
    [WAIT_429, AGAIN],
    [BUSY, failed('ECR_FAILED', true, 'It is tried five times; then it says that ECR gave no password.')],
    [CTRL_C, NOTHING_SENT],
  ]),
  {
    step: 'Build the image',
    fault: 'Ctrl-C',
    disturbance: { ...image, interruptAt: 'Building the image' },
    ...interrupted('It ends docker’s build, and then itself. Nothing was sent.'),
    version: 1,
  },
  ...rows({ name: 'Push the image', at: { call: /^PUT \/v2\/.*\/manifests\// }, with: image }, [
    [status(503), done(true, 'It is pushed again, and all is done; what was uploaded is not sent twice.')],
    [CTRL_C, interrupted('It ends docker’s push, and then itself. Nothing was sent to BioT.')],
  ]),
];

const SEEN: Record<string, string> = { old: 'what it had', new: 'what was sent' };

/** The table of docs/faults.md. Faults of a step with the same end share a line. */
export function toMarkdown(all: Row[]): string {
  const faultsOf = new Map<string, string[]>();
  for (const { step, fault, outcome, meaning } of all) {
    const { exitCode, code, has } = outcome;
    const rest = `${exitCode}${code ? ` \`${code}\`` : ''} | ${SEEN[has]} | ${meaning} |`;
    const line = `| ${step} | FAULTS | ${rest}`;
    faultsOf.set(line, [...(faultsOf.get(line) ?? []), fault]);
  }
  const lines = [...faultsOf].map(([line, faults]) => line.replace('FAULTS', faults.join('; ')));
  const head = ['| step | fault | ends with | BioT has | what happens |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...lines].join('\n');
}
