/** Owns the JSON of `check --json` (its form is part of the design: other programs read it). */
import type { Problem } from '../base/problem';
import type { Span } from '../base/span';
import type { CheckedFile, CheckedLoss } from '../check/result';
import type { TensorType } from '../shape/shape';
import { shapeJson } from '../shape/shapeText';
import type { Texts } from '../workspace/texts';
import { jsonRange } from './json';

export interface CheckedPath {
  /** As it was named. */
  readonly path: string;
  readonly file: CheckedFile;
}

export function checkJson(files: readonly CheckedPath[], texts: Texts): unknown {
  return { version: 1, files: files.map((each) => fileJson(each, texts)) };
}

function fileJson({ path, file }: CheckedPath, texts: Texts): unknown {
  return {
    path,
    language: file.language,
    losses: file.losses.map((loss) => lossJson(loss, texts)),
    shapes: file.shapes
      .filter(({ span }) => span.document === file.document)
      .flatMap(({ span, types }) =>
        types.map((type) => ({ range: jsonRange(texts.range(span)), text: texts.text(span), ...typeJson(type) })),
      ),
    problems: file.problems.map((problem) => problemJson(problem, file.document, texts)),
  };
}

function lossJson(loss: CheckedLoss, texts: Texts): unknown {
  return {
    name: loss.name,
    kind: loss.kind,
    range: jsonRange(texts.range(loss.span)),
    inputs: Object.fromEntries(loss.inputs.map((input) => [input.role, typeJson(input.type)])),
    assumed: loss.assumed,
    assumedBecause: loss.assumedBecause,
    keras: loss.keras,
    kerasBecause: loss.kerasBecause,
    returns: loss.returns === null ? null : typeJson(loss.returns),
    gaps: loss.gaps.map((gap) => ({ range: gap.span === null ? null : jsonRange(texts.range(gap.span)), reason: gap.reason })),
  };
}

export function typeJson(type: TensorType): { readonly shape: readonly (number | string)[]; readonly dtype: string } {
  return { shape: shapeJson(type.shape), dtype: type.dtype };
}

/** `file` stands only where the place is in another file than the one that was checked. */
export function problemJson(problem: Problem, document: string, texts: Texts): unknown {
  return {
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    ...placeJson(problem.span, document, texts),
    loss: problem.loss,
    related: problem.related.map((related) => ({ message: related.message, ...placeJson(related.span, document, texts) })),
    fixes: problem.fixes.map((fix) => ({
      title: fix.title,
      edits: fix.edits.map((edit) => ({ ...placeJson(edit.span, document, texts), newText: edit.newText })),
    })),
  };
}

function placeJson(span: Span, document: string, texts: Texts): object {
  const range = jsonRange(texts.range(span));
  return span.document === document ? { range } : { file: span.document, range };
}
