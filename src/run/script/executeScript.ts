/**
 * Owns one evaluation of a TypeScript or JavaScript loss as itself: stock TensorFlow.js, its own gradients and its own exceptions, as
 * `model.fit` would have them. Runs in the child process.
 */
import type * as tfjs from '@tensorflow/tfjs-core';
import type { StoredArray, TensorData } from '../../batch/tensorData';
import { storageOf } from '../../graph/primitives/hostKernels';
import type { DType } from '../../shape/dtype';
import type { TensorType } from '../../shape/shape';
import type { Backend } from '../backends';
import type { RunHooks } from '../execute';
import type { Probe, RunAnswer, RunFailure, RunRequest, ScriptRequest } from '../protocol';
import { meansOfRows } from '../statistics';
import { LossNotFound, type ScriptLoss, scriptLoss } from './scriptLoss';
import { scriptTf } from './scriptTf';

export function executeScript(request: RunRequest, script: ScriptRequest, backend: Backend, hooks: RunHooks): RunAnswer {
  const { tf } = backend;
  tf.engine().startScope();
  try {
    return evaluate(request, script, backend, hooks);
  } catch (error) {
    return { ok: false, failure: failureOf(error, script) };
  } finally {
    tf.engine().endScope();
  }
}

interface Evaluated {
  readonly loss: ScriptLoss;
  readonly inputs: Readonly<Record<string, tfjs.Tensor>>;
}

function evaluate(request: RunRequest, script: ScriptRequest, backend: Backend, hooks: RunHooks): RunAnswer {
  const { tf } = backend;
  const inputs = Object.fromEntries(
    request.inputs.map(({ role, name, tensor }) => [role === 'closure' ? name : role, received(tf, request, tensor)]),
  );
  const loss = scriptLoss(script, scriptTf(tf), { ...request.settings, ...inputs });
  const evaluated: Evaluated = { loss, inputs };
  hooks.progress('execute');
  const start = hooks.now();
  const value = asTensor(tf, call(evaluated));
  const reduced = meanOf(tf, value).dataSync()[0] ?? Number.NaN;
  const middle = hooks.now();
  hooks.progress('gradient');
  const gradients = ['y_true', 'y_pred'].map((role) => [role, gradientOf(tf, evaluated, role)] as const);
  const probes = gradients.flatMap(([role, gradient]) => (role === 'y_pred' ? gradientProbe(gradient) : []));
  const data = tensorData(value);
  return {
    ok: true,
    result: {
      backend: backend.info,
      received: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, typeOf(tensor)])),
      value: data,
      reduced,
      perSample: meansOfRows(data.data, data.shape, inputs.y_pred?.shape[0] ?? 0),
      gradient: Object.fromEntries(gradients.map(([role, gradient]) => [role, typeof gradient === 'string' ? null : gradient])),
      terms: [],
      probes,
      firstNonFinite: null,
      timings: { execute: middle - start, gradient: hooks.now() - middle },
      problems: [],
      gaps: [],
    },
  };
}

/** In `fit` one-dimensional data gets a second axis; a direct call gets it as it is. */
function received(tf: typeof tfjs, { keras }: RunRequest, { shape, dtype, data }: TensorData): tfjs.Tensor {
  const tensor = tf.tensor(data, [...shape], storageOf(dtype));
  return keras !== 'none' && tensor.rank === 1 ? tf.expandDims(tensor, 1) : tensor;
}

function call({ loss, inputs }: Evaluated, replaced: Readonly<Record<string, tfjs.Tensor>> = {}): unknown {
  const { y_true: yTrue, y_pred: yPred } = { ...inputs, ...replaced };
  if (yTrue === undefined || yPred === undefined) throw new LossNotFound('the batch lacks y_true or y_pred');
  return loss(yTrue, yPred);
}

/** What a loss returns instead of a tensor is its mistake. */
class NotATensor extends Error {}

function asTensor(tf: typeof tfjs, value: unknown): tfjs.Tensor {
  if (value instanceof tf.Tensor) return value;
  const what =
    value instanceof Promise ? 'a Promise' : Array.isArray(value) ? 'an array' : value === undefined ? 'nothing' : `a ${typeof value}`;
  throw new NotATensor(`the loss returns ${what}, not a tensor`);
}

function meanOf(tf: typeof tfjs, value: tfjs.Tensor): tfjs.Tensor {
  return tf.mean(value);
}

/** The gradient of the mean of what the loss returns, or why TensorFlow.js has none. */
function gradientOf(tf: typeof tfjs, evaluated: Evaluated, role: string): TensorData | string {
  const input = evaluated.inputs[role];
  if (input === undefined || input.dtype !== 'float32') return `${role} has no gradient`;
  try {
    const gradient = tf.grad((x) => meanOf(tf, asTensor(tf, call(evaluated, { [role]: x }))))(input);
    return tensorData(gradient);
  } catch (error) {
    return messageOf(error);
  }
}

function gradientProbe(gradient: TensorData | string): readonly Probe[] {
  const name = 'gradient-exists';
  if (typeof gradient !== 'string') return [{ name, status: 'pass', detail: 'A gradient reaches y_pred.' }];
  return [{ name, status: 'fail', detail: `TensorFlow.js has no gradient for y_pred: ${gradient}` }];
}

function tensorData(tensor: tfjs.Tensor): TensorData {
  return { shape: tensor.shape, dtype: tensor.dtype as DType, data: tensor.dataSync() as StoredArray };
}

function typeOf(tensor: tfjs.Tensor): TensorType {
  return { shape: tensor.shape, dtype: tensor.dtype as DType };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failureOf(error: unknown, script: ScriptRequest): RunFailure {
  if (error instanceof LossNotFound) return { kind: 'usage', message: error.message, span: null };
  if (error instanceof NotATensor) return { kind: 'type', message: error.message, span: null };
  return { kind: 'exception', message: messageOf(error), span: placeOf(error, script) };
}

/** The innermost place of the user's code in the stack; its code has the positions of the source. */
function placeOf(error: unknown, { modules }: ScriptRequest): RunFailure['span'] {
  const stack = isError(error) ? (error.stack ?? '') : '';
  for (const match of stack.matchAll(/(?:\(|at )([^()\n]+):(\d+):(\d+)\)?/g)) {
    const [, document = '', line = '1', column = '1'] = match;
    const code = modules[document]?.code;
    if (code === undefined) continue;
    const start =
      code
        .split('\n')
        .slice(0, Number(line) - 1)
        .reduce((sum, each) => sum + each.length + 1, 0) +
      Number(column) -
      1;
    return { document, start, end: start + 1 };
  }
  return null;
}

function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'stack' in error;
}
