/** Owns what a probability distribution is: its record, the object made of it, divergences, and the arithmetic that densities share. */
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { ObjectValue, TensorValue, Value } from '../../value/value';
import { knownValue } from '../args';
import { entry } from '../table';
import { add, isTensor, rsubtract, subtract } from '../tensors';

export type Unary = (c: CallContext, x: TensorValue) => TensorValue;
export type Moment = (c: CallContext) => TensorValue;

/** What a distribution knows about itself; what is absent is a gap. */
export interface Distribution {
  readonly type: string;
  readonly parameters: Readonly<Record<string, TensorValue>>;
  readonly logProb: Unary;
  readonly cdf?: Unary;
  readonly quantile?: Unary;
  readonly mean?: Moment;
  readonly variance?: Moment;
  readonly entropy?: Moment;
  readonly mode?: Moment;
  /** Kullback-Leibler divergence to another of the same type. */
  readonly divergence?: (c: CallContext, other: Distribution) => TensorValue;
  readonly sample?: (c: CallContext, shape: readonly number[]) => TensorValue;
}

export const f = (c: CallContext, op: string, ...inputs: readonly TensorValue[]): TensorValue => c.emit(op, inputs);
export const log: Unary = (c, x) => f(c, 'log', x);
export const exp: Unary = (c, x) => f(c, 'exp', x);
export const lgamma: Unary = (c, x) => f(c, 'lgamma', x);
export const negate: Unary = (c, x) => f(c, 'negate', x);
export const LOG_2PI = Math.log(2 * Math.PI);

export function wrap(d: Distribution): ObjectValue {
  const valueEntry = (call: Unary): ApiEntry =>
    entry('value, name=None', (c, a) => {
      const value = knownValue(c, a.value('value'));
      return call(c, isTensor(value) ? c.tensor(value) : c.tensor(value, dtypeOf(d)));
    });
  const moment = (call: Moment | undefined, what: string): ApiEntry =>
    entry('name=None', (c) => (call ? call(c) : c.unknown(`the ${what} of ${d.type}`)));
  const methods = new Map<string, ApiEntry>([
    ['log_prob', valueEntry(d.logProb)],
    ['prob', valueEntry((c, x) => exp(c, d.logProb(c, x)))],
    ['mean', moment(d.mean, 'mean')],
    ['mode', moment(d.mode ?? d.mean, 'mode')],
    ['variance', moment(d.variance, 'variance')],
    ['stddev', moment(d.variance && ((c) => f(c, 'sqrt', d.variance?.(c) ?? c.unknown('a variance'))), 'standard deviation')],
    ['entropy', moment(d.entropy, 'entropy')],
    ['cdf', valueEntry((c, x) => d.cdf?.(c, x) ?? c.unknown(`the cdf of ${d.type}`))],
    ['log_cdf', valueEntry((c, x) => log(c, d.cdf?.(c, x) ?? c.unknown(`the cdf of ${d.type}`)))],
    ['survival_function', valueEntry((c, x) => rsubtract(c, 1, d.cdf?.(c, x) ?? c.unknown(`the cdf of ${d.type}`)))],
    ['quantile', valueEntry((c, x) => d.quantile?.(c, x) ?? c.unknown(`quantiles of ${d.type}`))],
    ['kl_divergence', entry('other, name=None', (c, a) => divergence(c, d, distributionOf(c, a.value('other'))))],
    [
      'sample',
      entry(
        'sample_shape=(), seed=None, name=None',
        (c, a) => d.sample?.(c, a.axes('sample_shape') ?? []) ?? c.unknown(`samples of ${d.type}`),
      ),
    ],
  ]);
  return { kind: 'object', type: d.type, attributes: new Map<string, Value>(Object.entries(d.parameters)), methods, state: d };
}

function dtypeOf(d: Distribution): TensorValue['type']['dtype'] | undefined {
  return Object.values(d.parameters).find((x) => x.type.dtype.startsWith('float'))?.type.dtype;
}

export function distributionOf(c: CallContext, value: Value): Distribution {
  if (value.kind === 'object' && typeof value.state === 'object' && value.state !== null && 'logProb' in value.state)
    return value.state as Distribution;
  return c.unknown('a distribution that is not known');
}

export function divergence(c: CallContext, p: Distribution, q: Distribution): TensorValue {
  if (p.type !== q.type || p.divergence === undefined) return c.unknown(`the divergence between ${p.type} and ${q.type}`);
  return p.divergence(c, q);
}

export const at = (d: Distribution, name: string, c: CallContext): TensorValue =>
  d.parameters[name] ?? c.unknown(`the ${name} of ${d.type}`);

/** Two parameters of one dtype. */
export function both(c: CallContext, a: Args, first: string, second: string): [TensorValue, TensorValue] {
  const leader = [first, second].map((name) => knownValue(c, a.value(name))).find(isTensor);
  const dtype = leader?.type.dtype ?? 'float32';
  const read = (name: string) => {
    const value = knownValue(c, a.value(name));
    return isTensor(value) ? c.tensor(value) : c.tensor(value, dtype);
  };
  return [read(first), read(second)];
}

/** log B(a, b). */
export function lbeta(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  return subtract(c, add(c, lgamma(c, a), lgamma(c, b)), lgamma(c, add(c, a, b)));
}
