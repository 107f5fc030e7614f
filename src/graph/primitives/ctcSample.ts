/** Owns the forward-backward algorithm of CTC for one sample, in log space, over the states that TensorFlow's ctc_loss_dense uses. */

export interface CtcSample {
  readonly labels: Float64Array;
  /** (T, C), row-major. */
  readonly logits: Float64Array;
  readonly labelLength: number;
  readonly logitLength: number;
  readonly classes: number;
  readonly blank: number;
  /** What an end that no alignment may have costs: LOG_0 or minus infinity. */
  readonly logZero: number;
}

/** TensorFlow's stand-in for log 0 at the ends of a path: makes an impossible alignment cost about 707 instead of infinity. */
export const LOG_0 = Math.log(1e-307);

const NEVER = Number.NEGATIVE_INFINITY;

/** Label states 0 … L (0 is the start, before any label), then blank states 0 … L (after label i). */
interface States {
  readonly count: number;
  /** Class that a state emits; the start emits nothing. */
  readonly classOf: (state: number) => number | undefined;
  /** States from which one gets here in one frame, itself included. */
  readonly before: readonly (readonly number[])[];
}

function statesOf({ labels, blank }: CtcSample): States {
  const most = labels.length;
  const half = most + 1;
  const before = Array.from({ length: 2 * half }, (_, state): readonly number[] => {
    if (state >= half) return [state, state - half];
    if (state === 0) return [0];
    const fromBlank = [state, half + state - 1];
    const differs = state >= 2 && labels[state - 1] !== labels[state - 2];
    return differs ? [...fromBlank, state - 1] : state === 1 ? [...fromBlank, 0] : fromBlank;
  });
  return { count: 2 * half, before, classOf: (state) => (state >= half ? blank : state === 0 ? undefined : labels[state - 1]) };
}

export function logSumExp(values: readonly number[]): number {
  const high = Math.max(...values);
  if (!Number.isFinite(high)) return high;
  return high + Math.log(values.reduce((sum, value) => sum + Math.exp(value - high), 0));
}

function logSoftmaxRow(logits: Float64Array): Float64Array {
  const total = logSumExp(Array.from(logits));
  return logits.map((value) => value - total);
}

export function ctcSample(sample: CtcSample): { readonly loss: number; readonly gradient: Float64Array } {
  const { logits, classes, labelLength } = sample;
  const states = statesOf(sample);
  const frames = Math.min(sample.logitLength, classes > 0 ? logits.length / classes : 0);
  const logs = Array.from({ length: frames }, (_, t) => logSoftmaxRow(logits.subarray(t * classes, (t + 1) * classes)));
  const observed = logs.map((row) => Float64Array.from({ length: states.count }, (_, s) => emission(row, states.classOf(s))));
  const half = states.count / 2;
  const final = Float64Array.from({ length: states.count }, (_, s) => (s === labelLength || s === half + labelLength ? 0 : sample.logZero));
  const initial = Float64Array.from({ length: states.count }, (_, s) => (s === 0 ? 0 : sample.logZero));
  const backward = backwardPass(states, observed, final);
  const loss = -(backward[0]?.[0] ?? 0);
  const gradient = new Float64Array(logits.length);
  forwardPass(states, observed, initial).forEach((forward, t) => {
    const posterior = normalized(forward, backward[t + 1] ?? final);
    const row = logs[t] ?? new Float64Array();
    row.forEach((log, c) => {
      gradient[t * classes + c] = Math.exp(log);
    });
    posterior.forEach((p, s) => {
      const c = states.classOf(s);
      if (c !== undefined && c >= 0 && c < classes) gradient[t * classes + c] = (gradient[t * classes + c] ?? 0) - p;
    });
  });
  return { loss, gradient };
}

function emission(row: Float64Array, emitted: number | undefined): number {
  if (emitted === undefined) return NEVER;
  // A label that is no class selects nothing from the one-hot: TensorFlow's sum is then 0.
  return row[emitted] ?? 0;
}

/** backward[t][s]: log probability of emitting frames t … T-1 from state s (before emitting) and ending well. */
function backwardPass(states: States, observed: readonly Float64Array[], final: Float64Array): readonly Float64Array[] {
  const list: Float64Array[] = new Array<Float64Array>(observed.length + 1).fill(final);
  for (let t = observed.length - 1; t >= 0; t--) {
    const terms: number[][] = Array.from({ length: states.count }, () => []);
    states.before.forEach((sources, s) => {
      for (const source of sources) terms[source]?.push((list[t + 1]?.[s] ?? NEVER) + (observed[t]?.[s] ?? NEVER));
    });
    list[t] = Float64Array.from(terms, (values) => logSumExp(values));
  }
  return list;
}

/** The state's log probability after each frame. */
function forwardPass(states: States, observed: readonly Float64Array[], initial: Float64Array): readonly Float64Array[] {
  const list: Float64Array[] = [];
  let current = initial;
  for (const row of observed) {
    const previous = current;
    current = Float64Array.from(
      states.before,
      (sources, s) => logSumExp(sources.map((source) => previous[source] ?? NEVER)) + (row[s] ?? NEVER),
    );
    list.push(current);
  }
  return list;
}

function normalized(forward: Float64Array, backward: Float64Array): Float64Array {
  const sums = forward.map((value, s) => value + (backward[s] ?? NEVER));
  const total = logSumExp(Array.from(sums));
  // No alignment at all: nothing pulls.
  if (total === NEVER) return sums.fill(0);
  return sums.map((value) => Math.exp(value - total));
}
