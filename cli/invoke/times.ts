/** How long each part of a command took. */
export type Times = {
  of<Result>(part: string, work: () => Promise<Result>): Promise<Result>;
  /** One line. */
  toText(): string;
};

export function createTimes(): Times {
  const parts: string[] = [];
  return {
    async of(part, work) {
      const begun = performance.now();
      const result = await work();
      parts.push(`${part} ${Math.round(performance.now() - begun)} ms`);
      return result;
    },
    toText: () => parts.join(', '),
  };
}
