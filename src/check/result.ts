/** Owns what checking a file yields: the data behind `check --json`, diagnostics, hovers, inlay hints and CodeLenses. */
import type { Problem } from '../base/problem';
import type { Span } from '../base/span';
import type { Language } from '../program/program';
import type { TensorType } from '../shape/shape';
import type { Setting } from '../trace/outcome';
import type { KerasVersion } from '../value/api';

export type LossKind = 'function' | 'factory' | 'class' | 'method' | 'lambda' | 'binding';

/** Where the assumption about the inputs comes from. */
export type Assumed = 'comment' | 'model' | 'annotation' | 'inferred' | 'default' | 'option';

export interface CheckedInput {
  /** `y_true`, `y_pred`, or the name of a tensor that the loss closes over. */
  readonly role: string;
  /** As the source calls it. */
  readonly name: string;
  readonly type: TensorType;
  /** Content as the sample-batch comment writes it (`softmax`, `onehot`, `labels(10)`), given or assumed. */
  readonly content: string;
}

export interface CheckedLoss {
  /** As `--loss` takes it. */
  readonly name: string;
  readonly kind: LossKind;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly inputs: readonly CheckedInput[];
  readonly assumed: Assumed;
  /** One line that says where the assumption comes from, for the CodeLens. */
  readonly assumedBecause: string;
  readonly keras: KerasVersion;
  readonly kerasBecause: string;
  /** Null when not known. */
  readonly returns: TensorType | null;
  readonly gaps: readonly { readonly span: Span | null; readonly reason: string }[];
  /** Hyperparameters from the directive. */
  readonly settings: Readonly<Record<string, Setting>>;
  readonly seed: number;
  /** Sizes of symbols for the sample batch (B=32). */
  readonly sizes: Readonly<Record<string, number>>;
  /** `batch from FILE`. */
  readonly batchFile: string | null;
}

export interface ShapeNote {
  readonly span: Span;
  readonly types: readonly TensorType[];
  /** For hovers: e.g. what Keras does with the returned value. */
  readonly explanation?: string;
}

export interface CheckedFile {
  readonly document: string;
  readonly language: Language;
  readonly losses: readonly CheckedLoss[];
  readonly shapes: readonly ShapeNote[];
  readonly problems: readonly Problem[];
}
