/** Owns which findings of the trace are believed: what may only come from what was assumed, or from calling what Keras never calls, is left out. */

import { sameSpan } from '../base/span';
import type { LossCandidate } from '../program/candidate';
import type { Module } from '../program/program';
import type { TraceOutcome } from '../trace/outcome';
import type { TraceProblem } from '../value/api';
import type { Assumption } from './assume';
import type { Use } from './assumptions/use';
import type { SourceIndex } from './facts/sourceIndex';
import { dotted, runsInPython } from './rules/body';

/** Findings that speak of tensors where Python's own values may stand. */
const OF_VALUES = /^(not-callable|not-iterable|python-\w[\w-]*|numpy-in-graph|static-batch-size|unpack|attribute|key-error|index-type)$/;
/** The libraries' own files see names that others do not. */
const OWN_SOURCE =
  /[\\/](keras|tf_keras|keras_core|tensorflow)[\\/](src[\\/])?(ops|losses|metrics|layers|backend|python|models|trainers|utils)[\\/]/;
const NAMES = /^(keras-backend-gone|keras-name-missing|unknown-name|tf1-name)$/;

/** What only a graph refuses: `run_eagerly=True` makes none. */
const OF_GRAPHS = /^(python-(condition|loop|value)-o[nf]-tensor|numpy-in-graph|static-batch-size|constant-of-tensor|print-of-tensor)$/;
const RUNS_EAGERLY = /run_eagerly\s*=\s*True|run_functions_eagerly\(\s*True/;

export function isCredible(problem: TraceProblem, candidate: LossCandidate, assumption: Assumption, source: SourceIndex): boolean {
  const { code, callee } = problem;
  if ((NAMES.test(code) || code === 'argument') && OWN_SOURCE.test(problem.span.document)) return false;
  if (NAMES.test(code) && /^(getattr|hasattr)$/.test(callee)) return false;
  if (/^none-(value|operand)$/.test(code) && (candidate.kind === 'method' || hasNoneDefault(candidate, assumption, source))) return false;
  if (OF_GRAPHS.test(code) && (RUNS_EAGERLY.test(source.whole) || runsInPython(source.whole, candidate.name))) return false;
  if (code === 'not-implemented' && /super\(/.test(source.text(problem.span))) return false;
  if (code === 'argument' && (hasSpread(problem, source) || isNotUnderstood(problem))) return false;
  if (assumption.use === 'fitted') return true;
  // The engine's own call of the loss and what it makes of the result: Keras does not call this.
  if (/^(argument|dtype-mismatch)$/.test(code) && (sameSpan(problem.span, candidate.nameSpan) || callee === candidate.name)) return false;
  if (code === 'unsupported' || !source.isEntry(problem.span)) return false;
  if (isOfNone(problem) || isOfAssumedType(problem, candidate, assumption)) return false;
  if (!OF_VALUES.test(code)) return true;
  if (assumption.use === 'maybe' || candidate.metric) return false;
  return !isOfParameter(problem);
}

/** What is None here may be set by a subclass, or before the loss is called. */
function isOfNone({ code, failure }: TraceProblem): boolean {
  return /^(attribute|not-callable|none-value|none-operand)$/.test(code) && /\bNone\b/.test(failure.detail);
}

const OF_TYPES = /^(dtype-\w[\w-]*|one-hot|index-type)$/;

/** Only Keras 3 makes floats of what it hands to a loss; labels of other callers are what they are. */
function isOfAssumedType({ code, operands }: TraceProblem, { params, kind }: LossCandidate, { keras, use, assumed }: Assumption): boolean {
  if (!OF_TYPES.test(code) || assumed === 'comment' || assumed === 'option') return false;
  if (keras === 3 && use === 'likely' && (kind === 'class' || /^y_?true$/i.test(params[0]?.name ?? ''))) return false;
  return operands.length === 0 || operands.some(({ span }) => span === null) || use === 'maybe';
}

/** A hyperparameter that is None unless it is given: its absence is the check's doing. */
function hasNoneDefault({ name, settings, owners, computes }: LossCandidate, { use }: Assumption, source: SourceIndex): boolean {
  const inits = owners.flatMap((owner) =>
    owner.body.flatMap((s) => ('bases' in owner && s.kind === 'function' && s.definition.name === '__init__' ? s.definition.params : [])),
  );
  // Where only Keras calls it, a further parameter is its default.
  const called = new RegExp(`(?<!def\\s+)\\b${name}\\s*\\(|partial\\(\\s*${name}\\b`).test(source.whole);
  const given = use === 'fitted' && !called ? settings.filter((param) => computes?.params.includes(param) !== true) : settings;
  return [...given, ...inits].some((param) => param.default?.kind === 'none');
}

/** A value that is not followed is no wrong argument. */
function isNotUnderstood({ failure }: TraceProblem): boolean {
  return /not an? (api|object|instance|native|module|class|unknown)\b/.test(failure.detail);
}

function hasSpread(problem: TraceProblem, source: SourceIndex): boolean {
  const expr = source.at(problem.span);
  return expr?.kind === 'call' && expr.args.some((arg) => arg.spread !== undefined);
}

/** Lists of tensors are handed over like tensors: iterating a parameter, taking its length or calling it says so. */
function isOfParameter({ code, operands }: TraceProblem): boolean {
  return (
    /^(not-callable|not-iterable|python-loop-on-tensor|python-value-of-tensor|unpack|attribute)$/.test(code) &&
    operands.length > 0 &&
    operands.every(({ span }) => span === null)
  );
}

/** Codes that speak of training: of functions that only measure, they are not said. */
const OF_TRAINING =
  /^(scalar-return|unreduced-return|batch-sum|no-gradient|zero-gradient|prediction-unused|where-gradient-trap|python-state|python-random|missing-return|returns-several|loss-arity|first-sample-only)$/;
/** What only fit does with what a loss returns. */
const OF_FIT = /^(scalar-return|unreduced-return|batch-sum)$/;
const TRAINED = /loss|cost|objective|criterion|entropy|error|divergence|penalty|likelihood|elbo|hinge|huber|focal|(^|_)(nll|mse|mae)(_|$)/i;

/** `TripletLossAccuracy`: what a name ends in is what the thing is. */
const MEASURED = /(accuracy|metrics?|score|precision|recall)$/i;

/** Findings that something is missing: where a file has a syntax error, it may stand in what could not be read. */
const OF_ABSENCE = /^(none-value|none-operand|missing-return|undefined-name|not-callable|attribute|call-missing)$/;

/** Findings of what a value is: where a hyperparameter was only taken for a number, it may be something else. */
const OF_KIND = /^(argument|attribute|index-type|key-error|not-callable|not-iterable|rank|unpack)$/;

/** Whether the finding may only come from what could not be read or is not given. */
export function isUnsure(code: string, { syntaxProblems }: Module, { gaps }: TraceOutcome): boolean {
  if (syntaxProblems.length > 0 && OF_ABSENCE.test(code)) return true;
  return OF_KIND.test(code) && gaps.some(({ reason }) => reason.includes('has no default'));
}

/** Whether a finding of a rule concerns what this candidate is: a loss by use, by base or by name, or a measure. */
export function concerns(code: string, { kind, path, name, owners }: LossCandidate, use: Use): boolean {
  if (use === 'fitted' || !OF_TRAINING.test(code)) return true;
  if (use === 'maybe' && OF_FIT.test(code)) return false;
  if (kind !== 'class' && [...path, name].some((each) => MEASURED.test(each))) return false;
  const bases = owners.flatMap((owner) => ('bases' in owner ? owner.bases.map((base) => dotted(base.value)) : []));
  if (kind === 'class' || bases.length > 0) return [name, ...bases].some((each) => TRAINED.test(each));
  return [...path, name].some((each) => TRAINED.test(each));
}
