/** Owns which findings of the trace are believed: what may only come from what was assumed, or from calling what Keras never calls, is left out. */

import { sameSpan } from '../base/span';
import type { LossCandidate } from '../program/candidate';
import type { TraceProblem } from '../value/api';
import type { Assumption } from './assume';
import type { SourceIndex } from './facts/sourceIndex';

/** Findings that speak of tensors where Python's own values may stand. */
const OF_VALUES = /^(not-callable|not-iterable|python-\w[\w-]*|numpy-in-graph|static-batch-size|unpack|attribute|key-error|index-type)$/;
const NAMES = /^(keras-backend-gone|keras-name-missing|unknown-name|tf1-name)$/;

export function isCredible(problem: TraceProblem, candidate: LossCandidate, assumption: Assumption, source: SourceIndex): boolean {
  const { code, callee } = problem;
  if (NAMES.test(code) && /^(getattr|hasattr)$/.test(callee)) return false;
  if (/^none-(value|operand)$/.test(code) && (candidate.kind === 'method' || hasNoneDefault(candidate))) return false;
  if (code === 'not-implemented' && /super\(/.test(source.text(problem.span))) return false;
  if (code === 'argument' && hasSpread(problem, source)) return false;
  if (assumption.use === 'fitted') return true;
  // The engine's own call of the loss: Keras does not call this.
  if (code === 'argument' && sameSpan(problem.span, candidate.nameSpan)) return false;
  if (!OF_VALUES.test(code)) return true;
  if (assumption.use === 'maybe' || candidate.metric) return false;
  return !isOfParameter(problem);
}

/** A hyperparameter that is None unless it is given: its absence is the check's doing. */
function hasNoneDefault({ settings, owners }: LossCandidate): boolean {
  const inits = owners.flatMap((owner) =>
    owner.body.flatMap((s) => ('bases' in owner && s.kind === 'function' && s.definition.name === '__init__' ? s.definition.params : [])),
  );
  return [...settings, ...inits].some((param) => param.default?.kind === 'none');
}

function hasSpread(problem: TraceProblem, source: SourceIndex): boolean {
  const expr = source.at(problem.span);
  return expr?.kind === 'call' && expr.args.some((arg) => arg.spread !== undefined);
}

/** Lists of tensors are handed over like tensors: iterating a parameter, taking its length or calling it says so. */
function isOfParameter({ code, operands }: TraceProblem): boolean {
  return (
    /^(not-callable|not-iterable|python-loop-on-tensor|python-value-of-tensor|unpack)$/.test(code) &&
    operands.length > 0 &&
    operands.every(({ span }) => span === null)
  );
}
