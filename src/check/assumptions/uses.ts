/** Owns a loss that is used in several ways: each is checked, and a finding that does not hold in all says in which it does. */
import type { LossCandidate } from '../../program/candidate';
import { shapeText } from '../../shape/shapeText';
import type { Assumption } from '../assume';
import { type Attempt, attemptUse, attemptWith, type FileContext } from '../checkLoss';
import type { Finding } from '../rules/rule';
import { failures, isHeld, isInAll, samePlace, withShapes } from './attempts';
import type { ShapePair } from './family';
import type { LossUse } from './model';

/** The loss under one assumption. `use`: the use that the assumption is. */
export interface Settled {
  readonly assumption: Assumption;
  readonly attempt: Attempt;
  readonly use: LossUse | null;
}

/** What the other uses find is added; shapes that a direct call states are shown rather than inferred ones. */
export function withOtherUses(candidate: LossCandidate, file: FileContext, first: Settled, uses: readonly LossUse[]): Settled {
  const others = uses.filter((use) => use !== first.use).map((use) => attemptUse(candidate, file, first.assumption, use));
  if (others.length === 0) return first;
  const all = [first, ...others];
  const findings: Finding[] = [];
  for (const settled of all) {
    for (const finding of ofUse(settled)) {
      if (findings.some((other) => samePlace(other, finding))) continue;
      const everywhere = all.every((each) => ofUse(each).some((other) => samePlace(other, finding)));
      findings.push(everywhere || !dependsOnUse(finding, first, settled) ? finding : { ...finding, message: saying(finding, settled) });
    }
  }
  const shown = first.assumption.assumed === 'inferred' ? (others.find(({ use }) => use?.pairs.length === 1) ?? first) : first;
  const { keras, kerasBecause } = first.assumption;
  return { assumption: { ...shown.assumption, keras, kerasBecause }, attempt: { ...shown.attempt, findings }, use: first.use };
}

/**
 * The loss on what a use leaves open: the pair that fits, else the first of those with the fewest failures. Of its failures those are told that
 * every pair has.
 */
export function attemptPairs(candidate: LossCandidate, file: FileContext, assumption: Assumption, pairs: readonly ShapePair[]): Attempt {
  const attempts: Attempt[] = [];
  for (const shapes of pairs) {
    const attempt = attemptWith(candidate, file, assumption, withShapes(assumption.inputs, shapes));
    if (failures(attempt) === 0) return attempt;
    attempts.push(attempt);
  }
  const [first, ...rest] = attempts;
  if (first === undefined) throw new Error('a use without shapes');
  const best = rest.reduce((a, b) => (failures(b) < failures(a) ? b : a), first);
  return { ...best, findings: best.findings.filter((finding) => !isHeld(finding) || isInAll(finding, attempts)) };
}

/** Of a direct call only what its shapes and dtypes cause: the rest is said of the loss as Keras calls it. */
function ofUse({ attempt, use }: Settled): readonly Finding[] {
  if (use?.contract !== 'call') return attempt.findings;
  return attempt.findings.filter((finding) => isHeld(finding) && isLoud(finding) && !(use.arrays && OF_DTYPES.test(finding.code)));
}

const OF_DTYPES = /^(dtype-|one-hot|index-type)/;

function isLoud({ severity }: Finding): boolean {
  return severity === 'error' || severity === 'warning';
}

function dependsOnUse(finding: Finding, first: Settled, settled: Settled): boolean {
  return settled.use !== null && (settled !== first || isHeld(finding));
}

function saying({ message }: Finding, { attempt, use }: Settled): string {
  const shapes = attempt.inputs
    .filter(({ role }) => role === 'y_true' || role === 'y_pred')
    .map(({ name, type }) => `${name} ${shapeText(type.shape)}`)
    .join(', ');
  const where = use?.contract === 'call' ? `the call in line ${use.line}` : `the compile() in line ${use?.line ?? 0}`;
  return `${/[.!?]$/.test(message) ? message : `${message}.`} So it is in ${where}, with ${shapes}.`;
}
