import { parseSchedule } from '../schedule.ts';

/** Is it a schedule as the plugin API takes it: EventBridge's, without `cron(…)`, of 250 characters at most? */
export const isCronSchedule = (text: string): boolean =>
  text.length <= 250 && parseSchedule(text) !== undefined;
