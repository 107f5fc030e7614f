/** Owns which outputs of a model a function that compile() is given belongs to: all, those in its place of a list, those under its key of a dict. */
import type { LossCandidate } from '../../program/candidate';
import type { Expr } from '../../program/program';
import type { TracedModel } from '../../trace/tracedModels';
import type { Surroundings } from '../surroundings';

/** Indices of outputs. */
export function givenAs(
  candidate: LossCandidate,
  given: Expr | null,
  surroundings: Surroundings,
  { variants }: Pick<TracedModel, 'variants'>,
): readonly number[] {
  const [outputs] = variants;
  if (given === null || outputs === undefined) return [];
  const expr = surroundings.resolved(given);
  const all = outputs.map((_, index) => index);
  const isIt = (each: Expr): boolean => surroundings.names(each, candidate);
  if (expr.kind === 'list' || expr.kind === 'tuple') {
    const places = expr.items.flatMap((item, i) => (isIt(item) ? [i] : []));
    // One output gets them all; of several each gets the one in its place.
    return outputs.length === 1 ? (places.length > 0 ? [0] : []) : places.filter((index) => index < outputs.length);
  }
  if (expr.kind !== 'dict') return isIt(expr) ? all : [];
  const keys = expr.entries.flatMap(({ key, value }) => (key?.kind === 'string' && isIt(value) ? [key.value] : []));
  const named = all.filter((index) => keys.includes(outputs[index]?.name ?? ''));
  return outputs.length === 1 && keys.length > 0 ? [0] : named;
}
