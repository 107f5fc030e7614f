/** Owns abstract values: what an expression of the user's program evaluates to while it is traced. Identity matters for lists, dicts and instances. */
import type { Span } from '../base/span';
import type { NodeId } from '../graph/graph';
import type { ClassDefinition, FunctionDefinition } from '../program/program';
import type { Dim } from '../shape/dim';
import type { DType } from '../shape/dtype';
import type { TensorType } from '../shape/shape';
import type { ApiEntry } from './api';

export type Value =
  | TensorValue
  | NumberValue
  | BooleanValue
  | StringValue
  | NoneValue
  | EllipsisValue
  | SequenceValue
  | DictValue
  | SetValue
  | SliceValue
  | FunctionValue
  | BoundMethodValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  | ApiValue
  | ObjectValue
  | DTypeValue
  | ShapeValue
  | NativeValue
  | UnknownValue;

/**
 * A tensor or array. `flavor` decides its methods and how it mixes: `tensor` (tf / tfjs), `numpy` (ndarray or NumPy scalar), `variable`,
 * `symbolic` (a keras.Input or layer output of a model: not usable inside a loss).
 */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly node: NodeId;
  readonly type: TensorType;
  readonly flavor: 'tensor' | 'numpy' | 'variable' | 'symbolic';
}

/**
 * A Python or JavaScript number. Integers may be symbolic (`size`): `value` is undefined then, and where the number is not known.
 * `float` tells 2.0 from 2 (JavaScript: always true). `staticBatch`: it came from `x.shape[0]`, which is None inside Keras' fit.
 */
export interface NumberValue {
  readonly kind: 'number';
  readonly float: boolean;
  readonly value: number | undefined;
  readonly size?: Dim | undefined;
  readonly staticBatch?: Span | undefined;
}

/** `value` undefined: not known. */
export interface BooleanValue {
  readonly kind: 'boolean';
  readonly value: boolean | undefined;
}

export interface StringValue {
  readonly kind: 'string';
  readonly value: string | undefined;
}

/** None; null and undefined. */
export interface NoneValue {
  readonly kind: 'none';
}

export interface EllipsisValue {
  readonly kind: 'ellipsis';
}

/** A list or tuple (JavaScript arrays are lists). Lists are mutable and shared. `fields`: a namedtuple's names. */
export interface SequenceValue {
  readonly kind: 'list' | 'tuple';
  readonly items: Value[];
  readonly fields?: readonly string[];
}

/** A dict or a plain JavaScript object; keys are strings or `keyOf` texts of other hashable values. */
export interface DictValue {
  readonly kind: 'dict';
  readonly entries: Map<string, { readonly key: Value; value: Value }>;
  /** A defaultdict's factory of entries that are missing. */
  readonly makes?: Value;
}

export interface SetValue {
  readonly kind: 'set';
  readonly items: Value[];
}

/** A Python slice; parts are none when absent. */
export interface SliceValue {
  readonly kind: 'slice';
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

/** A user's function with the scope that it closes over (the trace's own type). */
export interface FunctionValue {
  readonly kind: 'function';
  readonly definition: FunctionDefinition;
  readonly scope: unknown;
  /** Defaults evaluated where the function was defined, by parameter name. */
  readonly defaults: ReadonlyMap<string, Value>;
  /** Methods: the class that defines it, for super(). */
  readonly owner?: ClassValue;
  readonly attributes: Map<string, Value>;
  /** `tf.function`, `tf.autograph.experimental.do_not_convert` …: what decorators change for the trace; `wrapped`: by one that is not understood. */
  readonly traits: Set<
    'autograph' | 'noAutograph' | 'jit' | 'customGradient' | 'static' | 'classMethod' | 'property' | 'generator' | 'wrapped'
  >;
}

export interface BoundMethodValue {
  readonly kind: 'method';
  readonly self: Value;
  readonly callee: Value;
}

/** A user's class. `bases` may hold API values (keras.losses.Loss) and unknowns. */
export interface ClassValue {
  readonly kind: 'class';
  readonly definition: ClassDefinition;
  readonly bases: readonly Value[];
  readonly members: Map<string, Value>;
  readonly scope: unknown;
}

export interface InstanceValue {
  readonly kind: 'instance';
  readonly class: ClassValue;
  readonly attributes: Map<string, Value>;
}

/** A user's module (by document). */
export interface ModuleValue {
  readonly kind: 'module';
  readonly document: string;
}

/** A name of a library, by dotted path: a namespace, function, class or constant: `tf.math`, `keras.losses.Loss`, `np.mean`. */
export interface ApiValue {
  readonly kind: 'api';
  readonly path: string;
}

/** An instance that a library made: a Loss, Layer, Model, GradientTape, TensorArray, numpy random generator, iterator … */
export interface ObjectValue {
  readonly kind: 'object';
  /** Dotted path of its class. */
  readonly type: string;
  readonly attributes: Map<string, Value>;
  readonly methods: ReadonlyMap<string, ApiEntry>;
  /** What calling it does (`__call__`). */
  readonly call?: ApiEntry;
  /** The implementation's own state. */
  readonly state?: unknown;
}

export interface DTypeValue {
  readonly kind: 'dtype';
  readonly dtype: DType;
}

/** A tf.TensorShape or the tuple `x.shape` (they differ in methods): its dims. `staticBatch` as for numbers. */
export interface ShapeValue {
  readonly kind: 'shape';
  readonly dims: readonly Dim[];
  readonly staticBatch?: Span | undefined;
}

/** A function that the engine made: a bound API method, functools.partial, a gradient function. */
export interface NativeValue {
  readonly kind: 'native';
  readonly name: string;
  readonly entry: ApiEntry;
}

/** Anything not understood: a quiet gap. Whatever flows through it is unknown with the same reason. */
export interface UnknownValue {
  readonly kind: 'unknown';
  readonly reason: string;
  readonly span: Span | null;
}

export const NONE: NoneValue = { kind: 'none' };
export const ELLIPSIS: EllipsisValue = { kind: 'ellipsis' };

export function integer(value: Dim): NumberValue {
  return typeof value === 'number'
    ? { kind: 'number', float: false, value }
    : { kind: 'number', float: false, value: undefined, size: value };
}

export function float(value: number | undefined): NumberValue {
  return { kind: 'number', float: true, value };
}

export function boolean(value: boolean | undefined): BooleanValue {
  return { kind: 'boolean', value };
}

/** Longer texts are not known: a loop can double one until it fills any memory. */
const LONGEST_TEXT = 1_000_000;

export function string(value: string | undefined): StringValue {
  return { kind: 'string', value: value !== undefined && value.length > LONGEST_TEXT ? undefined : value };
}

export function tuple(items: readonly Value[]): SequenceValue {
  return { kind: 'tuple', items: [...items] };
}

export function list(items: readonly Value[]): SequenceValue {
  return { kind: 'list', items: [...items] };
}

export function api(path: string): ApiValue {
  return { kind: 'api', path };
}

export function dtypeValue(dtype: DType): DTypeValue {
  return { kind: 'dtype', dtype };
}

export function unknown(reason: string, span: Span | null = null): UnknownValue {
  return { kind: 'unknown', reason, span };
}

export function dict(entries: Iterable<readonly [string, Value]> = []): DictValue {
  return { kind: 'dict', entries: new Map([...entries].map(([key, value]) => [keyOf(string(key)) ?? key, { key: string(key), value }])) };
}

/** The key under which a hashable value stands in a dict; undefined when it is not known or not hashable. Python's 1, 1.0 and True are one key. */
export function keyOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'string':
      return value.value === undefined ? undefined : `s:${value.value}`;
    case 'number':
      return value.value === undefined
        ? value.size === undefined || typeof value.size === 'number'
          ? undefined
          : `d:${value.size.text}`
        : `n:${value.value}`;
    case 'boolean':
      return value.value === undefined ? undefined : `n:${Number(value.value)}`;
    case 'none':
      return 'none';
    case 'dtype':
      return `t:${value.dtype}`;
    case 'api':
      return `a:${value.path}`;
    case 'tuple': {
      const keys = value.items.map(keyOf);
      return keys.includes(undefined) ? undefined : `(${keys.join(',')})`;
    }
    default:
      return undefined;
  }
}
