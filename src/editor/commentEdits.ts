/** Owns the edits that write Loss Lab's comments: the sample batch, one input more, and the silence about a finding. */
import type { Edit, Fix } from '../base/problem';
import type { LineIndex, Span } from '../base/span';
import type { CheckedLoss } from '../check/result';
import { shapeText } from '../shape/shapeText';
import { directiveText } from './lossText';

export interface CommentedText {
  readonly document: string;
  readonly language: 'python' | 'javascript';
  readonly lines: LineIndex;
}

const MARKERS = { python: '#', javascript: '//' } as const;

/** What is now assumed, directly above the loss. */
export function sampleBatchEdit(loss: CheckedLoss, text: CommentedText): Edit {
  return lineAbove(loss.span, `${MARKERS[text.language]} ${directiveText(loss)}`, text);
}

/** Offered where a loss reads something that nothing gives it a value for: as a tensor, or as a number. */
export function missingInputFixes(loss: CheckedLoss, text: CommentedText): readonly Fix[] {
  return missingNames(loss).flatMap((name) => {
    const shape = loss.inputs.find(({ role }) => role === 'y_pred')?.type.shape ?? [];
    const tensor = `${name} ${shapeText(shape)}`;
    return [
      { title: `Add \`${tensor}\` to the sample-batch comment`, edits: [inputEdit(loss, tensor, text)] },
      { title: `Add \`${name}=1.0\` to the sample-batch comment`, edits: [settingEdit(loss, `${name}=1.0`, text)] },
    ];
  });
}

const MISSING = /^`((?:self\.)?[A-Za-z_]\w*)` (?:has no default|is not defined)/;

/** Names that gaps of the loss are about. */
export function missingNames({ gaps }: CheckedLoss): readonly string[] {
  return [...new Set(gaps.flatMap(({ reason }) => MISSING.exec(reason)?.[1] ?? []))];
}

function inputEdit(loss: CheckedLoss, input: string, text: CommentedText): Edit {
  const marker = MARKERS[text.language];
  if (loss.assumed === 'comment') return lineAbove(loss.span, `${marker} loss-lab: ${input}`, text);
  return lineAbove(loss.span, `${marker} ${directiveText(loss).replace(';', `, ${input};`)}`, text);
}

function settingEdit(loss: CheckedLoss, setting: string, text: CommentedText): Edit {
  const marker = MARKERS[text.language];
  const rest = loss.assumed === 'comment' ? `loss-lab: ; ${setting}` : `${directiveText(loss)}, ${setting}`;
  return lineAbove(loss.span, `${marker} ${rest}`, text);
}

function lineAbove(span: Span, comment: string, { document, lines }: CommentedText): Edit {
  const { line } = lines.position(span.start);
  const start = lines.lineStart(line);
  const indentation = /^\s*/.exec(lines.lineText(line))?.[0] ?? '';
  return { span: { document, start, end: start }, newText: `${indentation}${comment}${lineEnd(lines.text)}` };
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

const IGNORES = /(#|\/\/)\s*loss-lab:\s*ignore\[([^\]]*)\]/;

/** Undefined where no comment can stand at the end of the line. */
export function ignoreFix(code: string, span: Span, { document, language, lines }: CommentedText): Fix | undefined {
  const { line } = lines.position(span.start);
  const text = lines.lineText(line);
  if (text.endsWith('\\')) return undefined;
  const title = `Ignore ${code} on this line`;
  const start = lines.lineStart(line);
  const ignored = IGNORES.exec(text);
  if (ignored !== null) {
    const at = start + ignored.index + ignored[0].length - 1;
    return { title, edits: [{ span: { document, start: at, end: at }, newText: `, ${code}` }] };
  }
  const end = start + text.trimEnd().length;
  const space = language === 'python' ? '  ' : ' ';
  return { title, edits: [{ span: { document, start: end, end }, newText: `${space}${MARKERS[language]} loss-lab: ignore[${code}]` }] };
}
