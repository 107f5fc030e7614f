/**
 * Owns sizes that a loss's own constants fix: where a candidate's C meets a 3 of the source (`matmul(y_pred, a 3 × 3 table)`, `one_hot(y, 10)`), it
 * is meant to be 3. The batch is never a constant.
 */
import { BATCH, type Dim, dimText, symbol } from '../../shape/dim';
import type { Shape } from '../../shape/shape';
import type { TraceOutcome } from '../../trace/outcome';
import type { ShapePair } from './family';

/** The candidate with the sizes that its coincidences ask for; undefined where they ask for nothing that it has. */
export function sizedBy({ problems, gaps }: TraceOutcome, shapes: ShapePair): ShapePair | undefined {
  const free = new Set([...shapes.yTrue, ...shapes.yPred].map(dimText));
  const sizes = new Map<string, Dim>();
  for (const { failure } of problems) {
    const [left, right] = sidesOf(failure.detail);
    const solved = left === undefined || right === undefined ? undefined : solve(left, right, free);
    if (solved !== undefined && !sizes.has(solved.name)) sizes.set(solved.name, solved.size);
  }
  const [, parts] = gaps.map(({ reason }) => PARTS.exec(reason)).find((match) => match !== null) ?? [];
  if (parts !== undefined && isFree(parts, free) && !sizes.has(parts)) sizes.set(parts, CORNERS);
  if (sizes.size === 0) return undefined;
  const sized = (shape: Shape): Shape => shape.map((dim) => sizes.get(dimText(dim)) ?? dim);
  return { ...shapes, yTrue: sized(shapes.yTrue), yPred: sized(shapes.yPred) };
}

/** `tf.unstack(boxes, axis=-1)`: what is taken apart by name is most often a box. */
export const PARTS = /^how many parts axis -?\d+ of size (\w+) gives/;
const CORNERS = 4;

const SIDES = /([\w*]+(?: [-+] \d+)?) and ([\w*]+(?: [-+] \d+)?) (?:agree only by coincidence|differ)/;

/** `inner sizes C and 3 agree only by coincidence`. */
function sidesOf(detail: string): readonly (string | undefined)[] {
  return SIDES.exec(detail)?.slice(1) ?? [];
}

interface Solved {
  readonly name: string;
  readonly size: Dim;
}

function solve(left: string, right: string, free: ReadonlySet<string>): Solved | undefined {
  return shifted(left, right, free) ?? shifted(right, left, free) ?? products(left, right, free);
}

/** `C - 1` against `3`. */
function shifted(sum: string, number: string, free: ReadonlySet<string>): Solved | undefined {
  const [, name = '', sign, by] = /^([A-Za-z_]\w*) ([-+]) (\d+)$/.exec(sum) ?? [];
  if (!/^\d+$/.test(number) || !isFree(name, free)) return undefined;
  const size = sign === '-' ? Number(number) + Number(by) : Number(number) - Number(by);
  return size > 0 ? { name, size } : undefined;
}

/** `2*B*T` against `B*C*T`: what both have is left out. */
function products(left: string, right: string, free: ReadonlySet<string>): Solved | undefined {
  const [a, b] = [left, right].map((side) => side.split('*'));
  if (a === undefined || b === undefined || / /.test(left + right)) return undefined;
  const rest = [...b];
  const kept = a.filter((factor) => {
    const at = rest.indexOf(factor);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return ofOne(kept, rest, free) ?? ofOne(rest, kept, free);
}

function ofOne(one: readonly string[], other: readonly string[], free: ReadonlySet<string>): Solved | undefined {
  const [name = ''] = one.filter((factor) => !isNumber(factor));
  const names = other.filter((factor) => !isNumber(factor));
  if (one.filter((factor) => !isNumber(factor)).length !== 1 || !isFree(name, free)) return undefined;
  const factor = numbersOf(other) / numbersOf(one);
  const [same = ''] = names;
  if (names.length === 1 && factor === 1 && same !== BATCH.text) return { name, size: symbol(same) };
  return names.length === 0 && Number.isInteger(factor) ? { name, size: factor } : undefined;
}

const isNumber = (factor: string): boolean => /^\d+$/.test(factor);
const numbersOf = (factors: readonly string[]): number => factors.filter(isNumber).reduce((product, factor) => product * Number(factor), 1);
const isFree = (name: string, free: ReadonlySet<string>): boolean => name !== BATCH.text && free.has(name);
