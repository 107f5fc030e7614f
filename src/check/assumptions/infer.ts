/** Owns inference: a family of candidate shapes is traced, and the simplest that raises nothing is taken. */
import type { LossCandidate } from '../../program/candidate';
import { isBatch } from '../../shape/dim';
import { isInteger } from '../../shape/dtype';
import type { Assumption } from '../assume';
import { type Attempt, attemptWith, type FileContext } from '../checkLoss';
import type { Finding } from '../rules/rule';
import { failures, isHeld, isInAll, withShapes } from './attempts';
import { familyOf, type ShapePair } from './family';
import { PARTS, sizedBy } from './sizes';

/** Steps of traces after which no further candidate is tried. Not milliseconds: a busy machine must not change what is found. */
const MOST_STEPS = 20_000;

/** `given`: candidates that the model leaves, instead of the family. */
export function infer(candidate: LossCandidate, file: FileContext, assumption: Assumption, given?: readonly ShapePair[]): Attempt {
  const family = given ?? familyOf(candidate, assumption);
  const attempts: Attempt[] = [];
  const late = (): boolean => attempts.reduce((steps, { outcome }) => steps + outcome.steps, 0) > MOST_STEPS;
  const attempted = (shapes: ShapePair): Attempt => {
    // Labels that stay integers under Keras 3 are not handed over by it.
    const raw = assumption.keras === 3 && (shapes.labels ?? shapes.outputs) !== undefined && given === undefined;
    const by: Assumption = raw ? { ...assumption, keras: 'none' } : assumption;
    const attempt = attemptWith(candidate, file, by, withShapes(assumption.inputs, shapes));
    attempts.push(attempt);
    return attempt;
  };
  for (const shapes of family) if (weight(attempted(shapes)) === 0 || late()) break;
  const triedAll = attempts.length === family.length;
  if (triedAll && given === undefined && attempts.every((attempt) => weight(attempt) > 0)) {
    const likely = family.flatMap((shapes, i) => attempts.slice(i, i + 1).map((attempt) => ({ shapes, attempt })));
    likely.sort((a, b) => weight(a.attempt) - weight(b.attempt));
    for (const { shapes, attempt } of likely) if (late() || fitted(shapes, attempt, attempted)) break;
  }
  return best(attempts, triedAll && !late());
}

/** Rounds of sizes from the source's constants, each telling the next. */
const ROUNDS = 3;

/** Whether the candidate fits once its sizes are those of the loss's constants. */
function fitted(shapes: ShapePair, first: Attempt, attempted: (shapes: ShapePair) => Attempt): boolean {
  let known = { shapes, outcome: first.outcome };
  for (let round = 0; round < ROUNDS; round++) {
    const sized = sizedBy(known.outcome, known.shapes);
    if (sized === undefined) return false;
    const attempt = attempted(sized);
    if (weight(attempt) === 0) return true;
    known = { shapes: sized, outcome: attempt.outcome };
  }
  return false;
}

/** The attempt with the fewest failures; of what depends on shapes it keeps what every shape that was tried has. */
function best(attempts: readonly Attempt[], triedAll: boolean): Attempt {
  const [first, ...rest] = attempts;
  if (first === undefined) throw new Error('no candidate shapes');
  // That predictions are all pairs of a batch is believed where nothing speaks against it.
  const likely = rest.filter((attempt) => weight(attempt) === 0 || !hasPairs(attempt));
  const chosen = likely.reduce((a, b) => (weight(b) < weight(a) ? b : a), first);
  const everywhere = (finding: Finding): boolean => triedAll && isInAll(finding, attempts);
  // Of dtypes shapes decide nothing: where none fits, those that fail elsewhere do not speak against it.
  const nothingFits = triedAll && attempts.every((attempt) => failures(attempt) > 0) && !hasLabels(chosen);
  const ofDtypes = ({ code }: Finding): boolean => nothingFits && code === 'dtype-mismatch';
  return { ...chosen, findings: chosen.findings.filter((finding) => !isHeld(finding) || everywhere(finding) || ofDtypes(finding)) };
}

/** Tried with integer labels, which are one more assumption. */
function hasLabels({ inputs }: Attempt): boolean {
  return inputs.some(({ type }) => isInteger(type.dtype));
}

/** Failures first; then whether there is a result, where a problem that is not told has cost it. */
function weight(attempt: Attempt): number {
  const { value, problems, gaps } = attempt.outcome;
  const broken =
    value === null &&
    (problems.some(({ failure }) => failure.kind === 'shape' || failure.kind === 'index') || gaps.some(({ reason }) => PARTS.test(reason)));
  return 2 * failures(attempt) + (broken ? 1 : 0);
}

function hasPairs({ inputs }: Attempt): boolean {
  return inputs.some(({ type }) => type.shape.filter((dim) => isBatch(dim)).length > 1);
}
