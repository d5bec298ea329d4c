/** Milliseconds of a clock that only goes forward. The global `performance` would load a good deal of Node for it. */
export const readClock = (): number => Number(process.hrtime.bigint()) / 1e6;
