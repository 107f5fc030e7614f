/** Owns the colours of charts: the theme's, mixed by how large a value is. */

export const POSITIVE = 'var(--loss-lab-positive)';
export const NEGATIVE = 'var(--loss-lab-negative)';
export const BAD = 'var(--loss-lab-bad)';
const GROUND = 'var(--vscode-editor-background)';

/** Full colour would drown the numbers that stand on it. */
const STRONGEST = 70;

/** The fill of a cell: from the background at zero to the sign's colour at `largest`. */
export function fillOf(value: number, largest: number): string {
  if (!Number.isFinite(value)) return BAD;
  const share = largest === 0 ? 0 : Math.min(1, Math.abs(value) / largest);
  return `color-mix(in srgb, ${value < 0 ? NEGATIVE : POSITIVE} ${(share * STRONGEST).toFixed(1)}%, ${GROUND})`;
}

/** The largest finite magnitude. */
export function largestOf(data: Float32Array): number {
  let largest = 0;
  for (const value of data) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

export type Rgb = readonly [number, number, number];

export interface Palette {
  readonly positive: Rgb;
  readonly negative: Rgb;
  readonly bad: Rgb;
  readonly ground: Rgb;
}

/** The theme's colours as numbers, for pixels. */
export function palette(): Palette {
  return { positive: resolved(POSITIVE), negative: resolved(NEGATIVE), bad: resolved(BAD), ground: resolved(GROUND) };
}

function resolved(color: string): Rgb {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = color;
  if (context !== null) context.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  context?.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
  return [red, green, blue];
}

export function pixelOf(value: number, largest: number, { positive, negative, bad, ground }: Palette): Rgb {
  if (!Number.isFinite(value)) return bad;
  const share = largest === 0 ? 0 : Math.min(1, Math.abs(value) / largest);
  const full = value < 0 ? negative : positive;
  const mixed = (i: 0 | 1 | 2): number => Math.round(ground[i] + (full[i] - ground[i]) * share);
  return [mixed(0), mixed(1), mixed(2)];
}
