/** Owns shapes that the source states beside the comment: annotations (`Float[Tensor, "B C"]`) and docstrings (`y_true: (batch, 10)`). */
import type { LossCandidate } from '../../program/candidate';
import type { Param } from '../../program/program';
import { BATCH, type Dim, symbol } from '../../shape/dim';
import type { Shape } from '../../shape/shape';
import type { ShapePair } from './family';

export interface StatedPair extends ShapePair {
  readonly because: string;
}

/** Undefined unless both shapes are stated. */
export function annotatedPair(candidate: LossCandidate): StatedPair | undefined {
  const [first, second] = candidate.params;
  if (first === undefined || second === undefined) return undefined;
  const [a, b] = [annotated(first), annotated(second)];
  if (a !== undefined && b !== undefined) return { yTrue: a, yPred: b, because: 'its annotations' };
  const text = candidate.computes?.docstring ?? candidate.owners.at(-1)?.docstring;
  if (text == null) return undefined;
  const [x, y] = [documented(text, first.name), documented(text, second.name)];
  return x === undefined || y === undefined ? undefined : { yTrue: x, yPred: y, because: 'its docstring' };
}

function annotated({ annotationText }: Param): Shape | undefined {
  const match = /\[[^\]]*,\s*["']([^"']+)["']\s*\]/.exec(annotationText ?? '');
  return match?.[1] === undefined ? undefined : dimsOf(match[1].trim().split(/\s+/));
}

/** `name: … (batch, 10)` or `[batch, 10]`, on the name's own line. */
function documented(text: string, name: string): Shape | undefined {
  const line = text.split('\n').find((each) => new RegExp(`(^|[\\s\`*])${name}[\`*]*\\s*[:(=-]`).test(each));
  const after = line?.slice(line.indexOf(name) + name.length);
  const match = /[([]\s*((?:[A-Za-z_]\w*|\d+)\s*(?:,\s*(?:[A-Za-z_]\w*|\d+)\s*)*,?)\s*[)\]]/.exec(after ?? '');
  if (match?.[1] === undefined) return undefined;
  const parts = match[1]
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const isShape =
    parts.length > 1 ? /^(batch|B$|N$|None|bsz?$|b$|n$|num)/i.test(parts[0] ?? '') : /^(batch|B$|N$|None|bsz?$)/.test(parts[0] ?? '');
  return isShape ? dimsOf(parts) : undefined;
}

function dimsOf(parts: readonly string[]): Shape | undefined {
  const dims: Dim[] = [];
  for (const [i, part] of parts.entries()) {
    if (/^\d+$/.test(part)) dims.push(Number(part));
    else if (i === 0 && /^(batch(_?(size|num|n))?|b|n|none|bsz?|n_?batch|num_samples|samples)$/i.test(part)) dims.push(BATCH);
    else if (/^[A-Za-z_]\w*$/.test(part) && part !== 'None') dims.push(symbol(part));
    else if (part === 'None') dims.push(symbol(`D${i}`));
    else return undefined;
  }
  return dims;
}
