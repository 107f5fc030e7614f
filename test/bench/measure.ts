/** Owns measuring: several pieces of work in turn, so that what else the machine does falls on all of them alike. */

export interface Measured {
  /** Milliseconds. */
  readonly min: number;
  readonly median: number;
  readonly p99: number;
}

export function measure(count: number, works: readonly (() => void)[], before: () => void = () => undefined): readonly Measured[] {
  const times = works.map((): number[] => []);
  for (let i = 0; i < count; i++) {
    before();
    for (const [k, work] of works.entries()) {
      const start = performance.now();
      work();
      times[k]?.push(performance.now() - start);
    }
  }
  return times.map(summary);
}

export function summary(times: readonly number[]): Measured {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), p99: at(0.99) };
}
