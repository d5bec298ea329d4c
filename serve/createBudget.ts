/** So much of something, and no more: events in the handler, bytes of those that are not there yet. */
export type Budget = {
  /** False, and nothing is taken, when that would be too much. */
  take(amount: number): boolean;
  give(amount: number): void;
  isSpent(): boolean;
};

export function createBudget(total: number): Budget {
  let left = total;
  return {
    take(amount) {
      if (amount > left) return false;
      left -= amount;
      return true;
    },
    give(amount) {
      left += amount;
    },
    isSpent: () => left <= 0,
  };
}
