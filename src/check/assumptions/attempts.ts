/** Owns what attempts under several shapes have in common: how shapes are put in, what speaks against them, and what all of them find. */
import { sameSpan } from '../../base/span';
import type { Attempt } from '../checkLoss';
import type { CheckedInput } from '../result';
import type { Finding } from '../rules/rule';
import type { ShapePair } from './family';

export function withShapes(inputs: readonly CheckedInput[], { yTrue, yPred, labels, outputs }: ShapePair): readonly CheckedInput[] {
  return inputs.map((input) => {
    if (input.role === 'y_true') return { ...input, type: { shape: yTrue, dtype: labels ?? input.type.dtype } };
    return input.role === 'y_pred' ? { ...input, type: { shape: yPred, dtype: outputs ?? input.type.dtype } } : input;
  });
}

/** Speaks against the shapes: a failure that other shapes may not have. */
export function isHeld({ needsShapes, severity, code }: Finding): boolean {
  return (needsShapes === true && (severity === 'error' || severity === 'warning')) || code === 'dtype-mismatch';
}

/** How much speaks against the shapes; a loss that refuses them itself (`raise ValueError('rank')`) counts too. */
export function failures({ findings, outcome }: Attempt): number {
  return findings.filter(isHeld).length + (outcome.raised === null ? 0 : 1);
}

export function samePlace(a: Finding, b: Finding): boolean {
  return a.code === b.code && sameSpan(a.span, b.span);
}

export function isInAll(finding: Finding, attempts: readonly Attempt[]): boolean {
  return attempts.every(({ findings }) => findings.some((other) => samePlace(finding, other)));
}
