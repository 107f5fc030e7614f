/** Owns Python's conversions of one value: int, float, bool, round. */
import { failure } from '../../graph/primitive';
import type { CallContext } from '../../value/api';
import { boolean, float, integer, type NumberValue, type Value } from '../../value/value';
import { numberOf } from '../args';
import { isTensor, rankOf } from '../tensors';
import { requireSingle, valueOfTensor } from './valueOfTensor';

export const int = (value: number): NumberValue => integer(value);

export function round(c: CallContext, x: Value, digits: number | null): Value {
  if (isTensor(x)) return x.flavor === 'numpy' ? c.emit('round', [x]) : c.unknown('round() of a tensor');
  const value = numberOf(c, x, 'number');
  const scale = 10 ** (digits ?? 0);
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const half = scaled - floor === 0.5;
  const rounded = (half ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(scaled)) / scale;
  return digits === null ? int(rounded) : float(rounded);
}

export function toInt(c: CallContext, x: Value): Value {
  if (x.kind === 'number') return x.value === undefined ? { ...x, float: false } : { ...int(Math.trunc(x.value)), size: x.size };
  if (x.kind === 'boolean') return x.value === undefined ? { kind: 'number', float: false, value: undefined } : int(Number(x.value));
  if (x.kind === 'string') return intOfText(c, x.value);
  if (!isTensor(x)) return c.fail(failure('argument', 'type', 'int() argument must be a string or a number'));
  valueOfTensor(c, x, 'int()');
  requireSingle(c, x);
  const [dim] = rankOf(x) === 0 ? (c.dims(x) ?? []) : [];
  if (dim !== undefined) return typeof dim === 'number' ? int(Math.trunc(dim)) : integer(dim);
  return { kind: 'number', float: false, value: undefined };
}

function intOfText(c: CallContext, text: string | undefined): Value {
  if (text === undefined) return c.unknown('a text that is not known');
  if (/^\s*[+-]?\d[\d_]*\s*$/.test(text)) return int(Number.parseInt(text.replaceAll('_', ''), 10));
  return c.fail(failure('argument', 'value', `invalid literal for int(): '${text}'`));
}

export function toFloat(c: CallContext, x: Value): Value {
  if (x.kind === 'number') return { kind: 'number', float: true, value: x.value, size: x.size };
  if (x.kind === 'boolean') return float(x.value === undefined ? undefined : Number(x.value));
  if (x.kind === 'string') return float(parseFloatText(x.value));
  if (!isTensor(x)) return c.fail(failure('argument', 'type', 'float() argument must be a string or a number'));
  valueOfTensor(c, x, 'float()');
  const numbers = c.numbers(x);
  if (numbers !== undefined && numbers.length !== 1)
    return c.fail(failure('argument', 'type', 'only arrays of one element can be converted to Python scalars'), [x]);
  return float(numbers?.[0]);
}

function parseFloatText(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const infinite = /^\s*([+-]?)inf(inity)?\s*$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number.parseFloat(text);
}

export function toBool(c: CallContext, x: Value): Value {
  if (isTensor(x)) {
    valueOfTensor(c, x, 'bool()');
    requireSingle(c, x);
  }
  return boolean(c.truth(x));
}
