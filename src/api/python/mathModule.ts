/** Owns Python's math module. */
import { failure } from '../../graph/primitive';
import type { ApiEntry } from '../../value/api';
import { boolean, float, integer } from '../../value/value';
import { knownValue, numberOf } from '../args';
import { type ApiTable, entry } from '../table';
import { isTensor } from '../tensors';
import { arithmetic } from './builtins';
import { valueOfTensor } from './valueOfTensor';

/** A function of floats; integers that come out whole stay floats. */
const real = (f: (x: number) => number, whole = false): ApiEntry =>
  entry('x, /', (c, a) => {
    const x = knownValue(c, a.value('x'));
    if (isTensor(x)) valueOfTensor(c, x, 'the math module');
    if (x.kind === 'number' && x.value === undefined) return { kind: 'number', float: !whole, value: undefined };
    const value = f(numberOf(c, x, 'x'));
    if (Number.isNaN(value)) return c.fail(failure('argument', 'value', 'math domain error'));
    return whole ? integer(value) : float(value);
  });

/** Abramowitz and Stegun's series, to double precision for the arguments that hyperparameters have. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [term, total] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

export const MATH_MODULE: ApiTable = {
  'math.sqrt': real(Math.sqrt),
  'math.exp': real(Math.exp),
  'math.expm1': real(Math.expm1),
  'math.log1p': real(Math.log1p),
  'math.log2': real(Math.log2),
  'math.log10': real(Math.log10),
  'math.sin': real(Math.sin),
  'math.cos': real(Math.cos),
  'math.tan': real(Math.tan),
  'math.asin': real(Math.asin),
  'math.acos': real(Math.acos),
  'math.atan': real(Math.atan),
  'math.sinh': real(Math.sinh),
  'math.cosh': real(Math.cosh),
  'math.tanh': real(Math.tanh),
  'math.fabs': real(Math.abs),
  'math.radians': real((x) => (x * Math.PI) / 180),
  'math.degrees': real((x) => (x * 180) / Math.PI),
  'math.floor': real(Math.floor, true),
  'math.ceil': real(Math.ceil, true),
  'math.trunc': real(Math.trunc, true),
  'math.factorial': real(factorial, true),
  'math.erf': real(erf),
  'math.log': entry('x, base=2.718281828459045, /', (c, a) => {
    const given = knownValue(c, a.value('x'));
    if (isTensor(given)) valueOfTensor(c, given, 'math.log');
    const x = a.number('x');
    if (x <= 0) return c.fail(failure('argument', 'value', 'math domain error'));
    const log = Math.log(x);
    return float(a.has('base') ? log / Math.log(a.number('base')) : log);
  }),
  'math.pow': entry('x, y, /', (_c, a) => float(a.number('x') ** a.number('y'))),
  'math.atan2': entry('y, x, /', (_c, a) => float(Math.atan2(a.number('y'), a.number('x')))),
  'math.hypot': entry('*coordinates', (c, a) => float(Math.hypot(...a.rest.map((x) => numberOf(c, x, 'x'))))),
  'math.isnan': entry('x, /', (_c, a) => boolean(Number.isNaN(a.number('x')))),
  'math.isinf': entry('x, /', (_c, a) => boolean(Math.abs(a.number('x')) === Number.POSITIVE_INFINITY)),
  'math.isclose': entry('a, b, *, rel_tol=1e-9, abs_tol=0.0', (_c, a) => {
    const [x, y] = [a.number('a'), a.number('b')];
    return boolean(Math.abs(x - y) <= Math.max(a.number('rel_tol') * Math.max(Math.abs(x), Math.abs(y)), a.number('abs_tol')));
  }),
  'math.prod': entry('iterable, /, *, start=1', (c, a) =>
    c.iterate(a.value('iterable')).reduce((p, x) => arithmetic(c, '*', p, x), a.value('start')),
  ),
};

export function factorial(x: number): number {
  let product = 1;
  for (let n = 2; n <= x && product < Number.POSITIVE_INFINITY; n++) product *= n;
  return product;
}
