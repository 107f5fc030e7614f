/** Owns checking a piece of Python for tests. */
import { type AnalyzeOptions, analyze } from '../../src/check/analyze';
import type { CheckedFile } from '../../src/check/result';
import { loadPythonParser } from '../../src/python/parser';
import { readParserWasm } from './parserWasm';

/** What the recorded cases are written under. */
export const CASE_HEADER =
  'import tensorflow as tf\nimport numpy as np\nimport keras\nfrom keras import ops\nfrom tensorflow.keras import backend as K\n';

const parser = await loadPythonParser({ readWasm: readParserWasm });

export function checkSource(text: string, options: AnalyzeOptions = { keras: 'auto' }): CheckedFile {
  return analyze({
    document: 'case.py',
    text,
    language: 'python',
    parsers: { python: (source, document) => parser.parse(source, document) },
    options,
  });
}

/** The text with the edits made, last place first. */
export function withEdits(
  text: string,
  edits: readonly { readonly span: { readonly start: number; readonly end: number }; readonly newText: string }[],
): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end)
    .reduce((changed, { span, newText }) => changed.slice(0, span.start) + newText + changed.slice(span.end), text);
}
