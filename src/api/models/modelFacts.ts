/** Owns what the checker asks of a model: shapes, dtypes, names and activations of its outputs, and what it is trained on. */
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { type Holds, holdsOf } from './holds';
import { layerStateOf, producers } from './layer';

/** A tensor that a loss is handed: its type, and what is known of its elements. */
export interface KnownTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly holds: Holds | null;
  /** Of predictions: `softmax`, `sigmoid`, `linear` …; null where it is not known. */
  readonly activation: string | null;
  /** A NumPy array: it takes the dtype of the tensor that it meets. */
  readonly array: boolean;
}

export interface ModelOutput extends KnownTensor {
  /** Of the layer that makes it, or its key in a dict of outputs; null where it is made up by Keras. */
  readonly name: string | null;
  readonly keyed: boolean;
}

/** Null where the model is not followed to its end. */
export function outputsOf(c: CallContext, outputs: Value | null): readonly ModelOutput[] | null {
  return outputs === null ? null : tensorsOf(c, outputs, null);
}

function tensorsOf(c: CallContext, value: Value, key: string | null): readonly ModelOutput[] | null {
  if (value.kind === 'tensor') return [{ ...knownTensor(c, value), name: key ?? layerName(c, value), keyed: key !== null }];
  if (value.kind === 'dict')
    return joined(
      [...value.entries.values()].map((item) => tensorsOf(c, item.value, item.key.kind === 'string' ? (item.key.value ?? null) : null)),
    );
  return value.kind === 'list' || value.kind === 'tuple' ? joined(value.items.map((item) => tensorsOf(c, item, null))) : null;
}

function joined<T>(parts: readonly (readonly T[] | null)[]): readonly T[] | null {
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? []);
}

export function knownTensor(c: CallContext, tensor: TensorValue): KnownTensor {
  const { shape, dtype } = tensor.type;
  return { shape, dtype, holds: holdsOf(c, tensor) ?? null, activation: activationOf(c, tensor), array: tensor.flavor === 'numpy' };
}

function layerName(c: CallContext, tensor: TensorValue): string | null {
  const name = producers(c).get(tensor.node)?.layer.attributes.get('name');
  return name?.kind === 'string' ? (name.value ?? null) : null;
}

/** Layers that only move values are looked through. */
function activationOf(c: CallContext, tensor: TensorValue): string | null {
  const seen = new Set<number>();
  for (let at: TensorValue | undefined = tensor; at !== undefined && !seen.has(at.node); ) {
    // A layer that passes its input on as it is stands for the same node as its input.
    seen.add(at.node);
    const produced = producers(c).get(at.node);
    const state = produced && layerStateOf(produced.layer);
    if (!produced || !state) return ACTIVATION_OPS.has(c.build.node(at.node).op) ? c.build.node(at.node).op : null;
    if (!state.passes) return state.activation;
    at = produced.inputs.kind === 'tensor' ? produced.inputs : undefined;
  }
  return null;
}

/** `tf.nn.softmax(logits)` between the layers or behind the model. */
const ACTIVATION_OPS = new Set(['softmax', 'sigmoid', 'tanh', 'relu', 'softplus']);

/** y by output: of several outputs a list in their order or a dict by name. */
export function targetsOf(y: Value, outputs: readonly ModelOutput[]): readonly Value[] {
  const [only] = outputs;
  if (y.kind === 'dict')
    return outputs.map(({ name }) => (name === null ? UNKNOWN_TARGET : (y.entries.get(`s:${name}`)?.value ?? UNKNOWN_TARGET)));
  if (y.kind === 'list' || y.kind === 'tuple') return y.items.length === outputs.length ? y.items : outputs.map(() => UNKNOWN_TARGET);
  return outputs.length === 1 && only !== undefined ? [y] : outputs.map(() => UNKNOWN_TARGET);
}

const UNKNOWN_TARGET: Value = { kind: 'unknown', reason: 'the targets of this output', span: null };
