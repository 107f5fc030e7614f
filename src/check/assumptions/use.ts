/** Owns how sure it is that Keras calls a function as a loss: how much may be said about it. */
import type { LossCandidate } from '../../program/candidate';
import { pairKind, soundsLikeLoss } from '../../program/lossNames';
import { collect } from '../../program/walk';
import type { KerasVersion } from '../../value/api';
import type { AnalyzeOptions } from '../analyze';
import type { Surroundings } from '../surroundings';

/**
 * `fitted`: a compile() is given it, or the Keras was asked for. `likely`: a Loss subclass, or a function whose parameters say what they are.
 * `maybe`: two parameters in the right places, a method, a helper; its parameters may be lists, functions or numbers.
 */
export type Use = 'fitted' | 'likely' | 'maybe';

/** `asked`: the Keras that somebody asked for, on the command line or in the comment. */
export function useOf(candidate: LossCandidate, surroundings: Surroundings, options: AnalyzeOptions, asked: KerasVersion | null): Use {
  if (asked === 2 || asked === 3 || (asked === 'none' && options.shapes != null)) return 'fitted';
  if (surroundings.compilesOf(candidate).length > 0) return 'fitted';
  const { kind, path, params } = candidate;
  if (kind === 'class') return 'likely';
  const own = path.at(-1) ?? '';
  if (kind === 'method' || pairKind(params) !== 'named' || usesValues(candidate)) return 'maybe';
  return soundsLikeLoss(own) || kind !== 'function' || /^y_?true$/i.test(params[0]?.name ?? '') ? 'likely' : 'maybe';
}

/** NumPy or Python's math all over: an evaluation for people, not for Keras. */
function usesValues({ computes, params }: LossCandidate): boolean {
  if (computes === null) return false;
  const calls = collect(computes.body, 'call').map((call) => rootOf(call.callee));
  const unmistakable = /^y_?true$/i.test(params[0]?.name ?? '');
  return (
    calls.some((root) => root === 'np' || root === 'numpy' || (root === 'math' && !unmistakable)) &&
    !calls.some((root) => /^(tf|K|keras|ops|tensorflow)$/.test(root))
  );
}

function rootOf(callee: { readonly kind: string; readonly object?: unknown; readonly name?: unknown }): string {
  let at: { readonly kind: string; readonly object?: unknown; readonly name?: unknown } = callee;
  while (at.kind === 'attribute' && typeof at.object === 'object' && at.object !== null) at = at.object as typeof at;
  return typeof at.name === 'string' ? at.name : '';
}
