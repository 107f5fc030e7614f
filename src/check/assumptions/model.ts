/** Owns what the models that a loss is compiled with say about its inputs: y_pred's shape and content, y_true's from the data or as far as it follows. */
import { LIBRARY } from '../../api/library';
import type { Content } from '../../batch/content';
import { PRIMITIVES } from '../../graph/primitives/table';
import type { CompileCall, LossCandidate } from '../../program/candidate';
import type { Expr } from '../../program/program';
import { BATCH } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { type TracedModel, traceModels } from '../../trace/models';
import type { KerasVersion } from '../../value/api';
import type { FileContext } from '../checkLoss';
import type { ShapePair } from './family';

export interface ModelUse {
  /** What y_true may be, simplest first. */
  readonly pairs: readonly ShapePair[];
  readonly content: Content | undefined;
  readonly because: string;
}

/** Models are followed once for each file, and only if one of its losses is compiled. */
export function modelsOf(file: FileContext, keras: KerasVersion): readonly TracedModel[] {
  const known = MODELS.get(file);
  if (known) return known;
  const found = traceModels(file.closure, keras, file.surroundings.compiles, { library: LIBRARY, primitives: PRIMITIVES });
  MODELS.set(file, found);
  return found;
}

const MODELS = new WeakMap<FileContext, readonly TracedModel[]>();

/** The first use whose model is known. */
export function modelUse(candidate: LossCandidate, file: FileContext, keras: KerasVersion): ModelUse | undefined {
  const compiles = file.surroundings.compilesOf(candidate);
  if (compiles.length === 0) return undefined;
  const models = modelsOf(file, keras);
  for (const compile of compiles) {
    const model = models.find(({ span }) => span.start === compile.span.start && span.document === compile.span.document);
    const use = model === undefined ? undefined : useOfModel(candidate, compile, model, file);
    if (use !== undefined) return use;
  }
  return undefined;
}

function useOfModel(candidate: LossCandidate, compile: CompileCall, model: TracedModel, file: FileContext): ModelUse | undefined {
  const at = outputIndex(candidate, compile.loss);
  const output = model.outputs?.[at];
  if (output === undefined || (at > 0 !== (model.outputs?.length ?? 0) > 1 && at > 0)) return undefined;
  if ((model.outputs?.length ?? 0) > 1 && !isList(compile.loss)) return undefined;
  const shape: Shape = [BATCH, ...output.shape.slice(1)];
  const line = file.lines.position(compile.span.start).line + 1;
  const activation = output.activation === null ? '' : `, ${output.activation}`;
  return {
    pairs: pairsFor(shape, dataShape(model)),
    content: contentOf(output.activation, shape),
    because: `the model compiled in line ${line}: ${shapeText(shape)}${activation}`,
  };
}

function isList(loss: Expr | null): boolean {
  return loss?.kind === 'list' || loss?.kind === 'tuple';
}

/** Which output a loss in a list belongs to. */
function outputIndex(candidate: LossCandidate, loss: Expr | null): number {
  if (loss?.kind !== 'list' && loss?.kind !== 'tuple') return 0;
  const name = candidate.path[0] ?? candidate.name;
  return Math.max(
    0,
    loss.items.findIndex(
      (item) =>
        (item.kind === 'name' && item.name === name) || (item.kind === 'call' && item.callee.kind === 'name' && item.callee.name === name),
    ),
  );
}

/** What fit was given as y, where that is one array. */
function dataShape({ fits, outputs }: TracedModel): { readonly shape: Shape; readonly dtype: DType } | undefined {
  if (outputs?.length !== 1) return undefined;
  for (const { y } of fits)
    if (y.kind === 'tensor' && y.type.shape.length > 0) return { shape: [BATCH, ...y.type.shape.slice(1)], dtype: y.type.dtype };
  return undefined;
}

function pairsFor(yPred: Shape, data: ReturnType<typeof dataShape>): readonly ShapePair[] {
  if (data !== undefined) return [{ yTrue: data.shape, yPred, labels: data.dtype === 'float64' ? 'float32' : data.dtype }];
  const rows = yPred.slice(0, -1);
  const pairs: ShapePair[] = [{ yTrue: yPred, yPred }];
  if (yPred.length > 1) pairs.push({ yTrue: rows, yPred }, { yTrue: [...rows, 1], yPred });
  // Packed targets: as many columns as the loss reads.
  return [...pairs, { yTrue: [BATCH, ...PACKED], yPred }];
}

const PACKED: Shape = [
  { kind: 'symbolic', text: 'N', terms: [{ coefficient: 1, factors: [{ kind: 'symbol', name: 'N', role: 'size' }] }] },
];

const CONTENTS: Readonly<Record<string, Content>> = {
  softmax: { kind: 'softmax' },
  sigmoid: { kind: 'unit' },
  linear: { kind: 'logits' },
  tanh: { kind: 'uniform', low: -1, high: 1 },
  relu: { kind: 'uniform', low: 0, high: Number.POSITIVE_INFINITY },
  softplus: { kind: 'uniform', low: 0, high: Number.POSITIVE_INFINITY },
  exponential: { kind: 'uniform', low: 0, high: Number.POSITIVE_INFINITY },
};

function contentOf(activation: string | null, shape: Shape): Content | undefined {
  // One linear unit is a value more often than a logit, and unbounded either way.
  void shape;
  return activation === null ? undefined : CONTENTS[activation];
}
