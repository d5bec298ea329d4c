import type { Place } from '../place.ts';

/** `skipped`: it does not apply here, or stands behind something broken. */
export type Status = 'ok' | 'warning' | 'problem' | 'skipped';

export type Finding = { status: Status; message: string; cure?: string };

export type CheckResult = Finding & { name: string; ms: number };

/** What is looked at. */
export type Patient = Omit<Place, 'biot' | 'steps' | 'say'> & {
  /** Logs in when the first call is made. */
  biot(): Place['biot'];
};

/** One thing that is looked at. What throws is a problem with its message. */
export type Check = { name: string; run(patient: Patient): Promise<Finding> };

export const ok = (message: string): Finding => ({ status: 'ok', message });
export const skipped = (message: string): Finding => ({ status: 'skipped', message });
export const warning = (message: string, cure: string): Finding => ({ status: 'warning', message, cure });
export const problem = (message: string, cure: string): Finding => ({ status: 'problem', message, cure });
