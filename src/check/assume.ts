/** Owns what is assumed about a loss's inputs, and where the assumption comes from. */

import type { LossCandidate } from '../program/candidate';
import { BATCH, type Dim, symbol } from '../shape/dim';
import type { TensorType } from '../shape/shape';
import { parseType } from '../shape/shapeText';
import type { KerasVersion } from '../value/api';
import type { AnalyzeOptions } from './analyze';
import type { CheckedInput, CheckedLoss } from './result';

export type Assumption = Pick<
  CheckedLoss,
  'inputs' | 'assumed' | 'assumedBecause' | 'keras' | 'kerasBecause' | 'settings' | 'seed' | 'sizes' | 'batchFile'
>;

const ROLES = ['y_true', 'y_pred'] as const;
const DEFAULT_TYPE: TensorType = { shape: [BATCH, symbol('C')], dtype: 'float32' };

export function assume(candidate: LossCandidate, text: string, options: AnalyzeOptions): Assumption {
  const stated = options.shapes == null ? undefined : statedTypes(options.shapes);
  const inputs = ROLES.map(
    (role, i): CheckedInput => ({
      role,
      name: candidate.params[i]?.name || role,
      type: stated?.get(role) ?? DEFAULT_TYPE,
      content: 'normal',
    }),
  );
  const assumed = stated === undefined ? 'default' : 'option';
  const assumedBecause = stated === undefined ? 'the default' : '--shapes';
  return { inputs, assumed, assumedBecause, ...kerasOf(text, options.keras), settings: {}, seed: 0, sizes: {}, batchFile: null };
}

function kerasOf(text: string, chosen: AnalyzeOptions['keras']): { readonly keras: KerasVersion; readonly kerasBecause: string } {
  if (chosen !== 'auto') return { keras: chosen, kerasBecause: '--keras' };
  if (/\bkeras\.ops\b|from\s+keras\s+import\s+ops\b/.test(text)) return { keras: 3, kerasBecause: 'it uses keras.ops' };
  return { keras: 3, kerasBecause: 'the default' };
}

/** `y_true (6,) float32, y_pred (6, 1) float32`; the leading size that all share is the batch. */
export function statedTypes(shapes: string): ReadonlyMap<string, TensorType> {
  const types = new Map<string, TensorType>();
  for (const [, name, type] of shapes.matchAll(/([A-Za-z_]\w*)\s*(\([^)]*\)\s*(?:[A-Za-z]\w*)?)/g)) {
    const parsed = parseType(type ?? '');
    if (parsed !== undefined && name !== undefined) types.set(name, { shape: parsed.shape, dtype: parsed.dtype ?? 'float32' });
  }
  const leading = [...types.values()].map(({ shape }) => shape[0]);
  const [batch] = leading;
  if (batch === undefined || leading.length < 2 || leading.some((dim) => dim !== batch)) return types;
  return new Map([...types].map(([name, { shape, dtype }]) => [name, { shape: [BATCH as Dim, ...shape.slice(1)], dtype }]));
}
