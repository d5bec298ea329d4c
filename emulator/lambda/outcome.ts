/** `requestId` is the event's UUID, as in its START line; `traceId` that of the call behind it. */
export type InvocationIds = { requestId: string; traceId: string };

/** `result` is JSON text. `payload` is what Lambda reports of a failed function. */
export type Outcome = { ok: true; result: string } | { ok: false; payload: string };
