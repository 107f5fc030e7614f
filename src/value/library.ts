/** Owns what the trace asks of the API tables: what a dotted name of a library stands for. Implemented in api/. */
import type { Language } from '../program/program';
import type { ApiEntry, KerasVersion } from './api';
import type { TensorValue, Value } from './value';

export type Resolution =
  /** A function or class that can be called. */
  | { readonly kind: 'entry'; readonly entry: ApiEntry; readonly path: string }
  /** A constant or dtype. */
  | { readonly kind: 'value'; readonly value: Value }
  /** A module or class with further names below it. */
  | { readonly kind: 'namespace' }
  /** The name does not exist in this Keras / TensorFlow, but did in another, or is written differently: a finding; `entry` lets the value go on. */
  | {
      readonly kind: 'missing';
      readonly code: string;
      readonly detail: string;
      readonly suggestion: string | null;
      readonly entry: ApiEntry | null;
      readonly severity: 'error' | 'info';
    }
  /** Not in our tables: a gap. */
  | { readonly kind: 'unknown' };

export interface Library {
  /** `path` is canonical: `tf.…`, `tf.compat.v1.…`, `keras.…` (standalone), `tf.keras.…`, `np.…`, `math.…`, `tfjs.…`, `builtins.…` */
  resolve(path: string, keras: KerasVersion): Resolution;
  /** A method or property of a tensor or ndarray, as the language's framework has it; undefined when it has none of that name. */
  tensorMember(
    tensor: TensorValue,
    name: string,
    language: Language,
  ): { readonly kind: 'method' | 'property'; readonly entry: ApiEntry } | undefined;
  /** The canonical path of an importable module (`tensorflow.keras.backend` → `tf.keras.backend`), or undefined if no table knows it. */
  modulePath(module: string): string | undefined;
  /** Methods of strings, lists, dicts … by the value's kind. */
  valueMember(value: Value, name: string, language: Language): ApiEntry | undefined;
}
