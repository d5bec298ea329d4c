import type { Entity } from '../state.ts';
import { refuse } from './refuse.ts';

/** A session that is done has an end and a reason for it; any other has neither. @throws BiotError 400 */
export function checkTimes(session: Entity, now: Date): void {
  const { _state: state, _startTime: startTime, _endTime: endTime } = session;
  const isDone = state === 'DONE';
  if (isDone !== hasValue(endTime))
    throw refuse(400, 'END_TIME_VALUE_INVALID_FOR_SESSION_STATE', { value: endTime ?? null, state });
  checkReason(session, isDone);
  for (const time of [startTime, endTime])
    if (toTime(time) > now.getTime())
      throw refuse(400, 'TIME_IN_FUTURE', { time, currentTime: now.toISOString() });
  if (toTime(startTime) > toTime(endTime))
    throw refuse(400, 'START_TIME_AFTER_END_TIME', { startTime, endTime });
}

function checkReason({ _summary, _state: state }: Entity, isDone: boolean): void {
  const summary = (_summary ?? {}) as Entity;
  const reasons = ['_stopReason', '_stopReasonCode'].filter((name) => hasValue(summary[name]));
  const [attributeName] = reasons;
  if (isDone && !reasons.includes('_stopReasonCode')) throw refuse(400, 'STOP_DATA_NULL_FOR_DONE_SESSION');
  if (!isDone && attributeName)
    throw refuse(400, 'STOP_DATA_NOT_NULL_FOR_NON_DONE_SESSION', {
      attributeName,
      value: summary[attributeName],
      state,
    });
}

const hasValue = (value: unknown): boolean => value !== null && value !== undefined;

/** Not a number where there is none, which is neither before nor after anything. */
const toTime = (value: unknown): number => Date.parse(String(value));
