/** Owns what a front end tells about a module's losses and compile() calls: found by syntax alone, judged by check. */
import type { Span } from '../base/span';
import type { CallExpr, ClassDefinition, Expr, FunctionDefinition, Param } from './program';

export type CandidateKind = 'function' | 'factory' | 'class' | 'method' | 'lambda' | 'binding';

export interface LossCandidate {
  /** As `--loss` takes it: `mse`, `Dice`, `Model.vae_loss`, `build.loss`, `<lambda:72>`. */
  readonly name: string;
  readonly kind: CandidateKind;
  readonly span: Span;
  readonly nameSpan: Span;
  /** Names of the definitions from the module down to the loss itself; the last is '' for a lambda without a name. */
  readonly path: readonly string[];
  /** Definitions along `path`, outermost first. A lambda or binding has only those that it stands in. */
  readonly owners: readonly (FunctionDefinition | ClassDefinition)[];
  /** What computes the loss: the function itself, what the factory returns, the class's `call`. Null where it is not in this module. */
  readonly computes: FunctionDefinition | null;
  /** Parameters of `computes` that Keras fills, `self` left out. */
  readonly params: readonly Param[];
  /** Hyperparameters: of the factory, of the class's `__init__`, or further parameters of the loss itself. */
  readonly settings: readonly Param[];
  /** By its name, or as `metrics=` of a compile(): shapes matter, gradients and reductions do not. */
  readonly metric: boolean;
  /** Of a binding or lambda: the expression. */
  readonly value: Expr | null;
}

/** A call `model.compile(...)` that trains. */
export interface CompileCall {
  readonly call: CallExpr;
  readonly span: Span;
  readonly model: Expr;
  readonly loss: Expr | null;
  readonly metrics: Expr | null;
  readonly lossWeights: Expr | null;
  readonly optimizer: Expr | null;
  /** Functions and classes that the call stands in, outermost first. */
  readonly owners: readonly (FunctionDefinition | ClassDefinition)[];
}
