/** Owns the probes: cheap experiments on an evaluated loss that show what a number alone does not. */

import type { StoredArray, TensorData } from '../batch/tensorData';
import type { Evaluation } from './execute';
import { ancestorsOf } from './firstNonFinite';
import type { Probe, RunRequest } from './protocol';
import { indexOfNonFinite, isAllZero, positionText, statisticsOf } from './statistics';

export interface ProbeFacts {
  readonly evaluation: Evaluation;
  readonly gradient: Readonly<Record<string, TensorData | null>>;
  /** Why the gradient could not be made. */
  readonly gradientFailure: string | null;
  readonly reduced: number;
  /** The reduced loss on another batch. */
  readonly again: (request: RunRequest) => number | null;
}

/** A batch above this number of elements is not evaluated a second time. */
const MOST_ELEMENTS_AGAIN = 200_000;
const TOLERANCE = 1e-3;

const PROBES: readonly ((facts: ProbeFacts) => Probe | null)[] = [
  valueIsFinite,
  gradientExists,
  gradientIsFinite,
  gradientIsNotZero,
  labelsAreUsed,
  isDeterministic,
  scalesWithBatch,
];

export function probe(facts: ProbeFacts): readonly Probe[] {
  return PROBES.map((one) => one(facts)).filter((found) => found !== null);
}

function valueIsFinite({ evaluation }: ProbeFacts): Probe {
  const { nan, inf } = statisticsOf(evaluation.read(evaluation.value));
  if (nan + inf === 0) return { name: 'value-finite', status: 'pass', detail: 'The value is finite.' };
  return { name: 'value-finite', status: 'fail', detail: `The value holds ${countText(nan, inf)}.` };
}

function gradientExists({ gradient, gradientFailure }: ProbeFacts): Probe | null {
  const name = 'gradient-exists';
  if (gradientFailure !== null) return { name, status: 'fail', detail: `The gradient could not be made: ${gradientFailure}` };
  if (gradient.y_pred === undefined) return null;
  if (gradient.y_pred === null)
    return { name, status: 'fail', detail: 'No gradient reaches y_pred (None in TensorFlow): training changes nothing.' };
  return { name, status: 'pass', detail: 'A gradient reaches y_pred.' };
}

function gradientIsFinite({ gradient }: ProbeFacts): Probe | null {
  const tensor = gradient.y_pred;
  if (!tensor) return null;
  const { nan, inf } = statisticsOf(tensor.data);
  if (nan + inf === 0) return { name: 'gradient-finite', status: 'pass', detail: 'The gradient is finite.' };
  const where = positionText(indexOfNonFinite(tensor.data), tensor.shape);
  return { name: 'gradient-finite', status: 'fail', detail: `The gradient for y_pred holds ${countText(nan, inf)}, first at ${where}.` };
}

function gradientIsNotZero({ gradient }: ProbeFacts): Probe | null {
  const tensor = gradient.y_pred;
  if (!tensor || tensor.data.length === 0) return null;
  if (isAllZero(tensor.data))
    return { name: 'gradient-nonzero', status: 'warn', detail: 'The gradient for y_pred is zero everywhere on this batch.' };
  const rows = zeroRows(tensor);
  if (rows === 0) return { name: 'gradient-nonzero', status: 'pass', detail: 'Every sample has a gradient.' };
  return { name: 'gradient-nonzero', status: 'info', detail: `${rows} of ${tensor.shape[0]} samples have a zero gradient.` };
}

function labelsAreUsed({ evaluation }: ProbeFacts): Probe | null {
  const { outcome, reduced } = evaluation;
  const labels = outcome.inputs.y_true;
  if (labels === undefined || ancestorsOf(outcome.build, [reduced]).includes(labels)) return null;
  return { name: 'labels-used', status: 'warn', detail: 'The result does not depend on y_true.' };
}

function isDeterministic({ evaluation }: ProbeFacts): Probe | null {
  const { outcome, reduced } = evaluation;
  if (!ancestorsOf(outcome.build, [reduced]).some((id) => outcome.build.node(id).op === 'random')) return null;
  return {
    name: 'deterministic',
    status: 'info',
    detail: 'The loss draws random numbers: it is evaluated with a fixed seed, and TensorFlow draws others.',
  };
}

/** The same samples twice: a mean stays, a sum doubles. */
function scalesWithBatch({ evaluation, reduced, again }: ProbeFacts): Probe | null {
  const doubled = evaluation.request.probes ? doubledBatch(evaluation.request) : null;
  if (doubled === null || !Number.isFinite(reduced) || reduced === 0) return null;
  const ratio = (again(doubled) ?? Number.NaN) / reduced;
  const name = 'scales-with-batch';
  if (Math.abs(ratio - 1) < TOLERANCE)
    return { name, status: 'pass', detail: 'The same samples twice give the same loss: it does not grow with the batch size.' };
  if (Math.abs(ratio - 2) < TOLERANCE)
    return {
      name,
      status: 'warn',
      detail: 'The same samples twice give twice the loss: it grows with the batch size, and so does its gradient.',
    };
  if (Number.isNaN(ratio)) return null;
  return {
    name,
    status: 'info',
    detail: `The same samples twice give ${ratio.toPrecision(3)} times the loss: samples of a batch act on each other.`,
  };
}

function doubledBatch(request: RunRequest): RunRequest | null {
  const samples = request.inputs.find((input) => input.role === 'y_pred')?.tensor.shape[0];
  const elements = request.inputs.reduce((sum, input) => sum + input.tensor.data.length, 0);
  const alike = request.inputs.every((input) => input.tensor.shape[0] === samples);
  if (samples === undefined || !alike || elements > MOST_ELEMENTS_AGAIN) return null;
  return { ...request, inputs: request.inputs.map((input) => ({ ...input, tensor: doubledTensor(input.tensor) })) };
}

function doubledTensor({ shape, dtype, data }: TensorData): TensorData {
  const twice = new (data.constructor as new (length: number) => StoredArray)(data.length * 2);
  twice.set(data, 0);
  twice.set(data, data.length);
  return { shape: [(shape[0] ?? 0) * 2, ...shape.slice(1)], dtype, data: twice };
}

function zeroRows({ data, shape }: TensorData): number {
  const rows = shape[0] ?? 0;
  const width = rows === 0 ? 0 : data.length / rows;
  let zero = 0;
  for (let row = 0; row < rows; row++) {
    if (isAllZero(data.subarray(row * width, (row + 1) * width))) zero++;
  }
  return zero;
}

function countText(nan: number, inf: number): string {
  return [nan > 0 ? `${nan} NaN` : '', inf > 0 ? `${inf} infinite` : ''].filter(Boolean).join(' and ');
}
