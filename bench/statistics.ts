export const MB = 1024 * 1024;

export type Spread = { median: number; min: number; max: number; p99: number };

/** Of at least one number. */
export function toSpread(numbers: number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { median: at(0.5), min: at(0), max: at(1), p99: at(0.99) };
}

/** The slope of the straight line through the points, by least squares: how much y grows for one x. */
export function slopeOf(points: { x: number; y: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(({ x }) => (x - meanX) ** 2));
}

export const round = (number: number): number => Math.round(number * 100) / 100;
