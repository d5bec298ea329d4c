import { BiotError } from '../biotError.ts';
import type { HookType } from './hookHeaders.ts';

/** An API call as it comes. */
export type Arrival = {
  traceId: string;
  /** Of the call's own span. */
  spanId?: string;
  apiId: string;
  /** `METHOD /path`, without variables. */
  call: string;
  /** Of the `traceparent` header it came with. */
  callerSpanId?: string;
  /** The deployed plugin whose token it came with. */
  callerPlugin?: string;
};

/** An API call, and the hook within which it was made, if it was. */
export type Origin = Arrival & { cause?: Link };

/** A hook that was asked, for an API call. */
export type Link = {
  spanId: string;
  receiver: string;
  hookType: HookType;
  origin: Origin;
  /** How many hooks it stands within, itself included. */
  depth: number;
  /** It was found to ask for itself without end; so all that is tried within it is refused at once. */
  isEndless?: true;
};

export type Chains = {
  /** @throws BiotError 508 when the call goes on with what has gone on for too long */
  admit(arrival: Arrival): Origin;
  /** @throws BiotError 508 when the receiver waits for itself too many times already */
  checkNesting(origin: Origin, hook: { receiver: string; isDeployed: boolean }): void;
  /** A hook is asked now, until the returned function is called. */
  enter(hook: Omit<Link, 'depth'>): () => void;
};

/** How often an endpoint of one's own may wait for itself. */
const MAX_NESTED = 100;
/** How often the very same call may follow from itself, one after another. */
const MAX_IN_A_ROW = 100;
/** What follows from what is forgotten beyond this, as a chain may well go from one entity to the next. */
const MAX_DEPTH = 1000;
const MAX_REMEMBERED = 10_000;

type Memory = {
  /** By span id, also after the hook has answered: an endpoint of one's own may go on working. */
  links: Map<string, Link>;
  underWay: Set<Link>;
  /** How often, within a trace, a plugin was told of what it did itself by the same call. */
  repeats: Map<string, number>;
  /** How often a deployed plugin may wait for itself: it has so many environments, and Lambda would answer 429 next. */
  maxNested: number;
};

/**
 * Finds plugins that call BioT without end from within what BioT calls. What followed from what is known from the span
 * in the `traceparent` header that a plugin got and sends on. Of one that puts a span of its own there, only the trace is
 * known: then its hooks that wait at the same time count, and how often it repeats the very same call.
 */
export function createChains(maxNested: number): Chains {
  const memory: Memory = { links: new Map(), underWay: new Set(), repeats: new Map(), maxNested };
  return {
    admit(arrival) {
      const cause = memory.links.get(arrival.callerSpanId ?? '');
      const origin = { ...arrival, ...(cause && cause.depth < MAX_DEPTH && { cause }) };
      checkRow(memory, origin);
      return origin;
    },
    checkNesting: (origin, hook) => checkNesting(memory, origin, hook),
    enter(hook) {
      const link = { ...hook, depth: (hook.origin.cause?.depth ?? 0) + 1 };
      remember(memory.links, link.spanId, link);
      memory.underWay.add(link);
      const { receiver, hookType, origin } = link;
      if (hookType === 'NOTIFICATION' && origin.callerPlugin === receiver) {
        const key = toRepeatKey(origin, receiver);
        remember(memory.repeats, key, (memory.repeats.get(key) ?? 0) + 1);
      }
      return () => void memory.underWay.delete(link);
    },
  };
}

function checkRow({ repeats }: Memory, origin: Origin): void {
  const { call, callerPlugin } = origin;
  if (callerPlugin && (repeats.get(toRepeatKey(origin, callerPlugin)) ?? 0) >= MAX_IN_A_ROW)
    throw toRefusal({ receiver: callerPlugin, times: MAX_IN_A_ROW, origin });
  const times = new Map<string, number>();
  for (const link of ancestorsOf(origin)) {
    if (link.origin.call !== call) continue;
    times.set(link.receiver, (times.get(link.receiver) ?? 0) + 1);
  }
  for (const [receiver, count] of times)
    if (count >= MAX_IN_A_ROW) throw toRefusal({ receiver, times: count, origin });
}

function checkNesting(
  { underWay, maxNested }: Memory,
  origin: Origin,
  { receiver, isDeployed }: { receiver: string; isDeployed: boolean },
): void {
  const isKnown = origin.cause !== undefined;
  const isByItself = isDeployed ? origin.callerPlugin === receiver : true;
  if (!isKnown && !isByItself) return;
  const around = isKnown ? ancestorsOf(origin) : [...underWay].filter((link) => isOfTrace(link, origin));
  const waiting = around.filter(
    (link) => link.receiver === receiver && link.hookType !== 'NOTIFICATION' && underWay.has(link),
  );
  const max = isDeployed ? maxNested : MAX_NESTED;
  if (waiting.length < max && !waiting.some(({ isEndless }) => isEndless)) return;
  if (waiting[0]) waiting[0].isEndless = true;
  throw toRefusal({ receiver, times: waiting.length, origin });
}

const isOfTrace = (link: Link, { traceId }: Origin): boolean => link.origin.traceId === traceId;

/** The hooks within which the call was made, the outermost first. */
function ancestorsOf(origin: Origin): Link[] {
  const links: Link[] = [];
  for (let { cause } = origin; cause; cause = cause.origin.cause) links.unshift(cause);
  return links;
}

const toRepeatKey = ({ traceId, call }: Origin, receiver: string): string => `${traceId} ${receiver} ${call}`;

function remember<Value>(memory: Map<string, Value>, key: string, value: Value): void {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (memory.size > MAX_REMEMBERED && oldest !== undefined) memory.delete(oldest);
}

/** What BioT itself does is not published; the local BioT would rather say it than go on until something breaks. */
function toRefusal({ receiver, times, origin }: { receiver: string; times: number; origin: Origin }) {
  const { apiId } = origin;
  const chain = [
    ...ancestorsOf(origin).map((link) => `${link.origin.apiId} → ${link.hookType} ${link.receiver}`),
    apiId,
  ];
  const message = `${receiver} calls ${apiId} from within its own hook of it, and so is asked again without end: stopped after ${times} times`;
  const details = { pluginName: receiver, apiId, depth: times, chain };
  return new BiotError({ status: 508, code: 'LOOP_DETECTED', message, details });
}
