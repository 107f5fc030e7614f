/** Owns inference: a family of candidate shapes is traced, and the simplest that raises nothing is taken. */
import type { LossCandidate } from '../../program/candidate';
import type { Assumption } from '../assume';
import { type Attempt, attemptWith, type FileContext } from '../checkLoss';
import type { CheckedInput } from '../result';
import type { Finding } from '../rules/rule';
import { FAMILY, LABEL_FAMILY, type ShapePair } from './family';

/** Milliseconds after which no further candidate is tried. */
const LONGEST = 300;

/** `given`: candidates that the model leaves, instead of the family. */
export function infer(candidate: LossCandidate, file: FileContext, assumption: Assumption, given?: readonly ShapePair[]): Attempt {
  const family = given !== undefined ? given : assumption.keras === 3 ? FAMILY : [...FAMILY, ...LABEL_FAMILY];
  const attempts: Attempt[] = [];
  const started = performance.now();
  for (const shapes of family) {
    const attempt = attemptWith(candidate, file, assumption, withShapes(assumption.inputs, shapes));
    attempts.push(attempt);
    if (count(attempt) === 0 || performance.now() - started > LONGEST) break;
  }
  return best(attempts, attempts.length === family.length);
}

function withShapes(inputs: readonly CheckedInput[], { yTrue, yPred, labels }: ShapePair): readonly CheckedInput[] {
  return inputs.map((input) => {
    if (input.role === 'y_true') return { ...input, type: { shape: yTrue, dtype: labels ?? input.type.dtype } };
    return input.role === 'y_pred' ? { ...input, type: { ...input.type, shape: yPred } } : input;
  });
}

/** Speaks against the shapes: a failure that other shapes may not have. */
export function isHeld({ needsShapes, severity, code }: Finding): boolean {
  return (needsShapes === true && (severity === 'error' || severity === 'warning')) || code === 'dtype-mismatch';
}

/** The attempt with the fewest failures; of what depends on shapes it keeps what every shape that was tried has. */
function best(attempts: readonly Attempt[], triedAll: boolean): Attempt {
  const [first, ...rest] = attempts;
  if (first === undefined) throw new Error('no candidate shapes');
  const chosen = rest.reduce((a, b) => (count(b) < count(a) ? b : a), first);
  const everywhere = (finding: Finding): boolean =>
    triedAll && attempts.every(({ findings }) => findings.some((other) => samePlace(finding, other)));
  return { ...chosen, findings: chosen.findings.filter((finding) => (!isHeld(finding) ? true : everywhere(finding))) };
}

/** What speaks against the shapes; a loss that refuses them itself (`raise ValueError('rank')`) counts too. */
function count({ findings, outcome }: Attempt): number {
  return findings.filter(isHeld).length + (outcome.raised === null ? 0 : 1);
}

function samePlace(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.span.start === b.span.start && a.span.end === b.span.end;
}
