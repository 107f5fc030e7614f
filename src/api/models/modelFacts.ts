/** Owns what the checker asks of a model: shapes, dtypes and activations of its outputs, and its compile() calls. */
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { layerStateOf, producers } from './layer';
import { type Compiled, type Fitted, type ModelState, modelStateOf } from './model';

export interface ModelOutput {
  readonly shape: Shape;
  readonly dtype: DType;
  /** `softmax`, `sigmoid`, `linear` …; null where it is not known. */
  readonly activation: string | null;
  /** The symbolic tensor: its node's range is that of the predictions. */
  readonly tensor: TensorValue;
}

export interface ModelFacts {
  /** Null where the model is not followed to its end. */
  readonly outputs: readonly ModelOutput[] | null;
  readonly compiles: readonly Compiled[];
  readonly fits: readonly Fitted[];
}

/** Undefined if the value is no model. */
export function modelFacts(c: CallContext, model: Value): ModelFacts | undefined {
  const state = modelStateOf(model);
  return state === undefined ? undefined : factsOf(c, state);
}

export function factsOf(c: CallContext, state: ModelState): ModelFacts {
  const outputs = state.outputs === null ? null : tensorsOf(state.outputs);
  return { outputs: outputs?.map((tensor) => outputOf(c, tensor)) ?? null, compiles: state.compiles, fits: state.fits };
}

function tensorsOf(value: Value): readonly TensorValue[] | null {
  if (value.kind === 'tensor') return [value];
  if (value.kind === 'dict') return joined([...value.entries.values()].map((item) => tensorsOf(item.value)));
  return value.kind === 'list' || value.kind === 'tuple' ? joined(value.items.map(tensorsOf)) : null;
}

function joined(parts: readonly (readonly TensorValue[] | null)[]): readonly TensorValue[] | null {
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? []);
}

function outputOf(c: CallContext, tensor: TensorValue): ModelOutput {
  return { shape: tensor.type.shape, dtype: tensor.type.dtype, activation: activationOf(c, tensor), tensor };
}

/** Layers that only move values are looked through. */
function activationOf(c: CallContext, tensor: TensorValue): string | null {
  const seen = new Set<number>();
  for (let at: TensorValue | undefined = tensor; at !== undefined && !seen.has(at.node); ) {
    // A layer that passes its input on as it is stands for the same node as its input.
    seen.add(at.node);
    const produced = producers(c).get(at.node);
    const state = produced && layerStateOf(produced.layer);
    if (!produced || !state) return null;
    if (!state.passes) return state.activation;
    at = produced.inputs.kind === 'tensor' ? produced.inputs : undefined;
  }
  return null;
}
