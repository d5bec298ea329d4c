import { randomUUID } from 'node:crypto';

/** What of the local BioT can be made to fail; `notification` is the sending of one, `lambda` a function URL. */
export const faultServices = [
  'ums',
  'settings',
  'organization',
  'device',
  'generic-entity',
  'measurement',
  'dispatcher',
  'ecr',
  'lambda',
  'notification',
] as const;

export type FaultService = (typeof faultServices)[number];

/**
 * What goes wrong. `reset` breaks the connection before the call has any effect; `half` carries the call out and
 * breaks it in the middle of the answer; `lost-answer` carries it out too, and then says this. The last two happen
 * just before the call, which then goes its way.
 */
export type Effect =
  | { kind: 'latency'; ms: number }
  | { kind: 'status'; status: number; code: string; retryAfterSeconds?: number }
  | { kind: 'reset' }
  | { kind: 'half' }
  | { kind: 'lost-answer'; status: number; code: string }
  | { kind: 'duplicate' }
  | { kind: 'late'; ms: number }
  | { kind: 'key-rotation' }
  | { kind: 'clock-move'; seconds: number };

export type NewFault = {
  service: FaultService;
  /**
   * `METHOD /path` or `/path`, where `{…}` stands for one part of a path and a `*` at its end for any rest; for a
   * notification `/entity-type/_action`. Without it all of the service.
   */
  route?: string;
  /** How many calls it is for. */
  count: number;
} & Effect;

/** `count` is how many calls it still waits for. */
export type Fault = { id: string } & NewFault;

/** Where something could go wrong now. `path` without its query. */
export type FaultPoint = { service: string; method?: string; path?: string };

export type Faults = {
  add(fault: NewFault): Fault;
  /** Those that still wait for a call, oldest first. */
  list(): Fault[];
  /** Forgets one, or all of them; how many these were. */
  clear(id?: string): number;
  /** The oldest fault that waits for this, with its count before it. Counts it down. */
  take(point: FaultPoint): Fault | undefined;
};

/** What shall go wrong, in memory: a restart forgets it. */
export function createFaults(): Faults {
  const waiting = new Map<string, Fault>();
  return {
    add(fault) {
      const added = { id: randomUUID(), ...fault };
      waiting.set(added.id, added);
      return added;
    },
    list: () => [...waiting.values()],
    clear(id) {
      const ids = id === undefined ? [...waiting.keys()] : [id];
      return ids.filter((known) => waiting.delete(known)).length;
    },
    take(point) {
      const fault = [...waiting.values()].find((candidate) => isAt(candidate, point));
      if (fault && fault.count > 1) waiting.set(fault.id, { ...fault, count: fault.count - 1 });
      else if (fault) waiting.delete(fault.id);
      return fault;
    },
  };
}

function isAt({ service, route }: Fault, point: FaultPoint): boolean {
  if (service !== point.service) return false;
  if (route === undefined) return true;
  const [path = '', method] = route.split(' ').reverse();
  return (method === undefined || method === point.method) && toPattern(path).test(point.path ?? '');
}

function toPattern(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const pattern = escaped.replace(/\{[^{}/]*\}/g, '[^/]+').replace(/\\\*$/, '.*');
  return new RegExp(`^${pattern}$`);
}
