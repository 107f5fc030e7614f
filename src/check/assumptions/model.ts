/** Owns what a file's uses of a loss say about its inputs: the models that it is compiled with, the data that these are trained on, and direct calls. */
import { LIBRARY } from '../../api/library';
import { CLASSES } from '../../api/models/feed';
import type { KnownTensor, ModelOutput } from '../../api/models/modelFacts';
import { contains } from '../../base/span';
import type { Content } from '../../batch/content';
import { PRIMITIVES } from '../../graph/primitives/table';
import type { CompileCall, LossCandidate } from '../../program/candidate';
import { BATCH, type Dim, symbol } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { type Survey, survey, type TracedCall } from '../../trace/survey';
import { expectedFailures } from '../../trace/surveySites';
import type { TracedModel } from '../../trace/tracedModels';
import type { KerasVersion } from '../../value/api';
import type { FileContext } from '../checkLoss';
import type { ShapePair } from './family';
import { givenAs } from './givenAs';

/** One way in which the file uses a loss. */
export interface LossUse {
  /** `loss` and `metric`: Keras calls it; `call`: the file itself does, with the tensors as they are. */
  readonly contract: 'loss' | 'metric' | 'call';
  /** What the inputs may be, simplest first; one pair where both are known. */
  readonly pairs: readonly ShapePair[];
  readonly contents: ReadonlyMap<string, Content>;
  /** One of them is a NumPy array, whose dtype follows the other's: nothing is said of dtypes. */
  readonly arrays: boolean;
  /** For the CodeLens. */
  readonly because: string;
  readonly line: number;
}

/** Uses beyond these tell nothing new. */
const MOST_USES = 6;

/** Models are followed once for each file, and only if one of its losses is compiled or called. */
export function surveyOf(file: FileContext, keras: KerasVersion): Survey {
  const known = SURVEYS.get(file);
  if (known) return known;
  const { closure, surroundings } = file;
  const request = { closure, keras, compiles: surroundings.compiles, names: surroundings.calledNames };
  const found = survey(request, {
    library: LIBRARY,
    primitives: PRIMITIVES,
    ...(file.options.cancelled ? { cancelled: file.options.cancelled } : {}),
  });
  SURVEYS.set(file, found);
  return found;
}

const SURVEYS = new WeakMap<FileContext, Survey>();

export function usesOf(candidate: LossCandidate, file: FileContext, keras: KerasVersion): readonly LossUse[] {
  const { surroundings, module, options } = file;
  if (module.language !== 'python') return [];
  const compiles = [...surroundings.compilesOf(candidate), ...surroundings.measuresOf(candidate)];
  const called = options.keras === 'auto' && surroundings.isCalled(candidate);
  if (compiles.length === 0 && !called) return [];
  const { models, calls } = surveyOf(file, keras);
  const compiled = [...new Set(compiles)].flatMap((compile) =>
    models
      .filter(({ span }) => span.start === compile.span.start && span.document === compile.span.document)
      .flatMap((model) => usesInModel(candidate, compile, model, file)),
  );
  return distinct([...compiled, ...(called ? calls.flatMap((call) => useInCall(candidate, call, file)) : [])]).slice(0, MOST_USES);
}

/** Called with all outputs of a model, or a list of parts: what Keras' own call would be is not how it is meant. */
export function takesCollections(candidate: LossCandidate, file: FileContext, keras: KerasVersion): boolean {
  if (file.module.language !== 'python' || file.options.keras !== 'auto' || !file.surroundings.isCalled(candidate)) return false;
  return surveyOf(file, keras).calls.some(({ definition, collections }) => collections && definition === candidate.computes);
}

function distinct(uses: readonly LossUse[]): readonly LossUse[] {
  const seen = new Set<string>();
  return uses.filter(({ contract, pairs, contents }) => {
    const key = JSON.stringify([contract, pairs, [...contents]]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function lineOf(file: FileContext, start: number): number {
  return file.lines.position(start).line + 1;
}

function usesInModel(candidate: LossCandidate, compile: CompileCall, model: TracedModel, file: FileContext): readonly LossUse[] {
  const line = lineOf(file, compile.span.start);
  const places = (['loss', 'metric'] as const).flatMap((contract) =>
    givenAs(candidate, contract === 'loss' ? compile.loss : compile.metrics, file.surroundings, model).map((index) => ({
      contract,
      index,
    })),
  );
  if (model.custom) {
    const because = `the training step of the model compiled in line ${line}`;
    return places.flatMap(({ contract }) =>
      model.handed.flatMap(({ first, second }) => useOf({ contract, because, line }, first, [second])),
    );
  }
  return places.flatMap(({ contract, index }) => {
    const outputs = model.variants.flatMap((variant) => variant[index] ?? []);
    const targets = model.targets[index] ?? [];
    const because = `${which(model, index)}the model compiled in line ${line}`;
    return (targets.length === 0 ? [null] : targets).flatMap((target) => useOf({ contract, because, line }, target, outputs));
  });
}

/** A loss gets its own output only: which, where there are several. */
function which({ variants }: TracedModel, index: number): string {
  const [outputs = []] = variants;
  if (outputs.length < 2) return '';
  const name = outputs[index]?.name ?? null;
  return name === null ? `output ${index + 1} of ` : `output '${name}' of `;
}

function useInCall(candidate: LossCandidate, { definition, span, first, second }: TracedCall, file: FileContext): readonly LossUse[] {
  if (definition !== candidate.computes || second === null || span.document !== file.module.document) return [];
  if (expectedFailures(file.module).some((expected) => contains(expected, span))) return [];
  const line = lineOf(file, span.start);
  return useOf({ contract: 'call', because: `the call in line ${line}`, line }, first, [second]);
}

type Where = Pick<LossUse, 'contract' | 'because' | 'line'>;

/** The predictions are one of several where the rank of the model's input is not known. */
function useOf(where: Where, target: KnownTensor | null, outputs: readonly (KnownTensor | ModelOutput)[]): readonly LossUse[] {
  const [output] = outputs;
  if (output === undefined) return [];
  const shapes = outputs.map(({ shape }) => (where.contract === 'call' ? shape : ([BATCH, ...shape.slice(1)] satisfies Shape)));
  const pairs = shapes.flatMap((yPred) => pairsFor(where, yPred, target));
  const [pair] = pairs;
  if (pair === undefined) return [];
  const activations = new Set(outputs.map(({ activation }) => activation));
  const contents = new Map<string, Content>();
  const predicted = activations.size === 1 ? contentOf(output) : undefined;
  if (predicted !== undefined) contents.set('y_pred', predicted);
  if (target?.holds != null) contents.set('y_true', target.holds);
  const activation = output.activation === null || activations.size > 1 ? '' : `, ${output.activation}`;
  const given = target === null ? '' : `, y ${shapeText(pair.yTrue)} ${pair.labels ?? target.dtype}`;
  const arrays = target?.array === true || output.array;
  return [{ ...where, pairs, contents, arrays, because: `${where.because}: ${shapeText(pair.yPred)}${activation}${given}` }];
}

function pairsFor({ contract }: Where, yPred: Shape, target: KnownTensor | null): readonly ShapePair[] {
  if (target === null) return guesses(yPred);
  const labels: DType = target.dtype === 'float64' && (contract !== 'call' || target.array) ? 'float32' : target.dtype;
  const seen = contract === 'call' ? target.shape : [BATCH, ...target.shape.slice(1)];
  const yTrue = withClasses(seen, yPred);
  if (yTrue === undefined) return guesses(yPred);
  return contract === 'call' ? [inOneBatch({ yTrue, yPred, labels })] : [{ yTrue, yPred, labels }];
}

/** As many classes as there are outputs: with another number nothing works, whatever the loss does. */
function withClasses(shape: Shape, yPred: Shape): Shape | undefined {
  const isClasses = (dim: Dim): boolean => typeof dim !== 'number' && typeof CLASSES !== 'number' && dim.text === CLASSES.text;
  if (!shape.some(isClasses)) return shape;
  const last = yPred.at(-1);
  return last === undefined || shape.length !== yPred.length ? undefined : shape.map((dim) => (isClasses(dim) ? last : dim));
}

/** Equal leading sizes of a direct call are its batch, as in `--shapes`. */
function inOneBatch(pair: ShapePair): ShapePair {
  const [[a], [b]] = [pair.yTrue, pair.yPred];
  // A batch of one is met by every axis of one.
  if (typeof a !== 'number' || a !== b || a === 1) return pair;
  return { ...pair, yTrue: [BATCH, ...pair.yTrue.slice(1)], yPred: [BATCH, ...pair.yPred.slice(1)] };
}

function guesses(yPred: Shape): readonly ShapePair[] {
  const rows = yPred.slice(0, -1);
  const pairs: ShapePair[] = [{ yTrue: yPred, yPred }];
  if (yPred.length > 1) pairs.push({ yTrue: rows, yPred }, { yTrue: [...rows, 1], yPred });
  // One target for several predictions of it: quantiles, heads.
  if (yPred.length > 2) pairs.push({ yTrue: [...yPred.slice(0, 1), ...yPred.slice(2)], yPred });
  // Packed targets: as many columns as the loss reads.
  return [...pairs, { yTrue: [BATCH, symbol('N')], yPred }];
}

const POSITIVE: Content = { kind: 'uniform', low: 0, high: Number.POSITIVE_INFINITY };

const CONTENTS: Readonly<Record<string, Content>> = {
  softmax: { kind: 'softmax' },
  sigmoid: { kind: 'unit' },
  linear: { kind: 'logits' },
  tanh: { kind: 'uniform', low: -1, high: 1 },
  relu: POSITIVE,
  softplus: POSITIVE,
  exponential: POSITIVE,
};

/** One linear unit is a value more often than a logit, and unbounded either way. */
function contentOf({ activation, holds }: KnownTensor): Content | undefined {
  return (activation === null ? undefined : CONTENTS[activation]) ?? holds ?? undefined;
}
