/** Owns keras.regularizers: penalties on a tensor. */
import { failure } from '../../graph/primitive';
import type { CallContext } from '../../value/api';
import { dict, float, type ObjectValue, type TensorValue, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { unitNormalize } from './regression';
import { TensorMath } from './tensorMath';

type Penalty = (m: TensorMath, x: TensorValue) => TensorValue;

function regularizer(name: string, settings: Readonly<Record<string, number | string>>, penalty: Penalty): ObjectValue {
  const attributes = new Map<string, Value>(
    Object.entries(settings).map(([key, value]) => [key, typeof value === 'number' ? float(value) : { kind: 'string', value }]),
  );
  return {
    kind: 'object',
    type: `keras.regularizers.${name}`,
    attributes,
    methods: new Map([['get_config', entry('', () => dict(attributes))]]),
    call: entry('x', (c, args) => penalty(new TensorMath(c), args.tensor('x'))),
  };
}

const absolute: Penalty = (m, x) => m.sum(m.abs(x), null);
const squared: Penalty = (m, x) => m.sum(m.square(x), null);

function factor(c: CallContext, value: number | null, otherwise: number): number {
  const given = value ?? otherwise;
  if (given < 0 || !Number.isFinite(given))
    c.fail(failure('argument', 'value', `a regularization factor must be a non-negative float, not ${given}`));
  return given;
}

const REGULARIZERS: ApiTable = {
  'keras.regularizers.L1 keras.regularizers.l1': entry('l1=0.01', (c, args) => {
    const l1 = factor(c, args.optionalNumber('l1'), 0.01);
    return regularizer('L1', { l1 }, (m, x) => m.mul(absolute(m, x), l1));
  }),
  'keras.regularizers.L2 keras.regularizers.l2': entry('l2=0.01', (c, args) => {
    const l2 = factor(c, args.optionalNumber('l2'), 0.01);
    return regularizer('L2', { l2 }, (m, x) => m.mul(squared(m, x), l2));
  }),
  'keras.regularizers.OrthogonalRegularizer keras.regularizers.orthogonal_regularizer': entry("factor=0.01, mode='rows'", (c, args) => {
    const [strength, mode] = [factor(c, args.optionalNumber('factor'), 0.01), args.string('mode')];
    return regularizer('OrthogonalRegularizer', { factor: strength, mode }, (m, x) => orthogonal(m, x, strength, mode));
  }),
};

const elastic = (l1: number, l2: number) =>
  entry(`l1=${l1}, l2=${l2}`, (c, args) => {
    const settings = { l1: factor(c, args.optionalNumber('l1'), 0), l2: factor(c, args.optionalNumber('l2'), 0) };
    return regularizer('L1L2', settings, (m, x) => m.add(m.mul(absolute(m, x), settings.l1), m.mul(squared(m, x), settings.l2)));
  });

function orthogonal(m: TensorMath, given: TensorValue, strength: number, mode: string): TensorValue {
  const { context: c } = m;
  if (given.type.shape.length !== 2) return c.fail(failure('rank', 'shape', 'an orthogonal regularizer takes a matrix'), [given]);
  const rows = mode === 'rows';
  const x = unitNormalize(m, given, [rows ? 1 : 0]);
  const product = c.emit('matmul', [x, x], { transposeA: !rows, transposeB: rows });
  const size = given.type.shape[rows ? 0 : 1] ?? 1;
  const places = (axis: number) => c.emit('expandDims', [c.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' })], { axis });
  const others = m.cast(m.binary('notEqual', places(0), places(1)), x.type.dtype);
  const count = m.axisSize(product, 0, x.type.dtype);
  const pairs = m.div(m.mul(count, m.sub(count, 1)), 2);
  return m.div(m.mul(m.sum(m.abs(m.mul(product, others)), null), 0.5 * strength), pairs);
}

export const KERAS3_REGULARIZERS: ApiTable = { ...REGULARIZERS, 'keras.regularizers.L1L2 keras.regularizers.l1_l2': elastic(0, 0) };
export const KERAS2_REGULARIZERS: ApiTable = {
  ...REGULARIZERS,
  'keras.regularizers.L1L2': elastic(0, 0),
  'keras.regularizers.l1_l2': elastic(0.01, 0.01),
};
