/** Owns what a hover says: shape and dtype of the smallest expression at an offset, what is known of a loss, or why nothing is known. */
import type { Span } from '../base/span';
import type { CheckedFile, CheckedLoss } from '../check/result';
import type { TensorType } from '../shape/shape';
import { typeText } from '../shape/shapeText';
import type { AssignedShape } from '../workspace/assignedShapes';
import type { Texts } from '../workspace/texts';
import { inputsText } from './lossText';

export interface HoverText {
  readonly span: Span;
  /** Markdown. */
  readonly parts: readonly string[];
}

export interface Hovered {
  readonly file: CheckedFile;
  readonly assigned: readonly AssignedShape[];
  readonly texts: Texts;
}

const MOST_TYPES = 4;

export function hoverText(hovered: Hovered, offset: number): HoverText | undefined {
  const { file } = hovered;
  const loss = smallestAt(
    file.losses.map((each) => ({ ...each, span: each.nameSpan })),
    file.document,
    offset,
  );
  if (loss !== undefined) return { span: loss.span, parts: lossParts(loss) };
  const target = smallestAt(hovered.assigned, file.document, offset);
  const note = smallestAt(file.shapes, file.document, offset);
  const gap = smallestAt(gapsOf(file), file.document, offset);
  const found = smaller(target, note);
  if (gap !== undefined && (found === undefined || length(gap.span) <= length(found.span))) {
    return { span: gap.span, parts: [`*Shape not known:* ${gap.reason}`] };
  }
  if (found === undefined) return undefined;
  const explanation = note !== undefined && found === note ? note.explanation : undefined;
  return { span: found.span, parts: [typesPart(found, hovered.texts), ...(explanation === undefined ? [] : [explanation])] };
}

function smallestAt<T extends { readonly span: Span }>(items: readonly T[], document: string, offset: number): T | undefined {
  let best: T | undefined;
  for (const item of items) {
    const { span } = item;
    if (span.document !== document || offset < span.start || offset > span.end) continue;
    // At a seam both touch: the one that begins there is meant.
    if (best === undefined || length(span) < length(best.span) || (offset === best.span.end && offset < span.end)) best = item;
  }
  return best;
}

function length(span: Span): number {
  return span.end - span.start;
}

/** What is assigned is shown for its name, the expression for everything else. */
function smaller(target: AssignedShape | undefined, note: CheckedFile['shapes'][number] | undefined): AssignedShape | typeof note {
  if (target === undefined || target.kind === 'return') return note;
  return note === undefined || length(target.span) <= length(note.span) ? target : note;
}

function gapsOf(file: CheckedFile): readonly { readonly span: Span; readonly reason: string }[] {
  return file.losses.flatMap(({ gaps }) => gaps.flatMap(({ span, reason }) => (span === null ? [] : [{ span, reason }])));
}

function typesPart({ span, types }: { readonly span: Span; readonly types: readonly TensorType[] }, texts: Texts): string {
  const name = oneLine(texts.text(span));
  const lines = types.slice(0, MOST_TYPES).map((type) => `${name}: ${typeText(type)}`);
  if (types.length > MOST_TYPES) lines.push(`# and ${types.length - MOST_TYPES} more`);
  return code(lines.join('\n'));
}

function lossParts(loss: CheckedLoss): readonly string[] {
  const returns = loss.returns === null ? 'not known' : typeText(loss.returns);
  const received = loss.inputs.map(({ name, type }) => `${name}: ${typeText(type)}`);
  return [
    code([...received, `→ ${returns}`].join('\n')),
    `Sample batch: ${inputsText(loss)} (${loss.assumedBecause}).`,
    `${kerasText(loss)} (${loss.kerasBecause}).`,
  ];
}

export function kerasText({ keras }: Pick<CheckedLoss, 'keras'>): string {
  return keras === 'none' ? 'Direct call, without Keras' : `Keras ${keras}`;
}

const LONGEST = 40;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** Highlighted as Python, whose annotations it looks like. */
function code(text: string): string {
  return `\`\`\`python\n${text}\n\`\`\``;
}
