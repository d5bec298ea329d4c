import type { Environment } from './environment.ts';
import type { InvocationIds, Outcome } from './outcome.ts';

/** The environments of one version of a plugin. */
export type Environments = {
  /** Starts one before there is an event for it. */
  start(): void;
  /** Undefined when all that there may be are busy. */
  invoke(event: string, ids: InvocationIds): Promise<{ outcome: Outcome; coldStart: boolean } | undefined>;
  /** Ends each as soon as it has no event; resolves when the last has ended. No event may come any more. */
  retire(): Promise<void>;
  /** Ends all, also in the middle of an event. */
  close(): Promise<void>;
};

export type EnvironmentsOptions = {
  create(): Environment;
  /** How many there may be at the same time. */
  concurrency: number;
  /** How long one may be without an event. */
  idleMs: number;
};

type Slot = { environment: Environment; running?: Promise<unknown>; idleTimer?: NodeJS.Timeout };

/** As many environments as there are events at the same time; the one that was used last serves the next event. */
export function createEnvironments({ create, concurrency, idleMs }: EnvironmentsOptions): Environments {
  /** The one used last is at the end. */
  const slots: Slot[] = [];
  const end = async (slot: Slot) => {
    clearTimeout(slot.idleTimer);
    if (slots.includes(slot)) slots.splice(slots.indexOf(slot), 1);
    await slot.environment.close();
  };
  const endWhenIdle = (slot: Slot) => {
    clearTimeout(slot.idleTimer);
    slot.idleTimer = setTimeout(() => {
      if (slot.environment.isBusy()) endWhenIdle(slot);
      else void end(slot);
    }, idleMs).unref();
  };

  return {
    start() {
      const environment = create();
      environment.start();
      slots.push({ environment });
    },
    async invoke(event, ids) {
      const idle = slots.findLast(({ environment }) => !environment.isBusy());
      if (!idle && slots.length >= concurrency) return undefined;
      const slot = idle ?? { environment: create() };
      if (idle) slots.splice(slots.indexOf(idle), 1);
      slots.push(slot);
      clearTimeout(slot.idleTimer);
      const running = slot.environment.invoke(event, ids);
      slot.running = running;
      try {
        const outcome = await running;
        if (slots.includes(slot)) endWhenIdle(slot);
        return { outcome, coldStart: !idle };
      } catch (error) {
        await end(slot);
        throw error;
      }
    },
    async retire() {
      const finish = async (slot: Slot) => {
        await slot.running?.catch(() => undefined);
        if (slots.includes(slot)) await end(slot);
      };
      await Promise.all([...slots].map(finish));
    },
    close: async () => void (await Promise.all([...slots].map(end))),
  };
}
