/** Owns the JSON of `run --json` (its form is part of the design: other programs read it). */
import type { Problem } from '../base/problem';
import type { Span } from '../base/span';
import type { TensorData } from '../batch/tensorData';
import type { RunFailure, RunResult } from '../run/protocol';
import type { KerasVersion } from '../value/api';
import type { Texts } from '../workspace/texts';
import { problemJson, typeJson } from './checkJson';
import { jsonNumber, jsonNumbers, jsonRange } from './json';

export interface RunReport {
  readonly loss: string;
  readonly document: string;
  readonly keras: KerasVersion;
  readonly result: RunResult;
  readonly problems: readonly Problem[];
  /** Where the batch comes from, in words. */
  readonly batch: string;
}

export function runJson({ loss, document, keras, result, problems, batch }: RunReport, texts: Texts): unknown {
  return {
    version: 1,
    loss,
    backend: result.backend,
    keras,
    batch,
    received: Object.fromEntries(Object.entries(result.received).map(([name, type]) => [name, typeJson(type)])),
    value: { ...tensorJson(result.value), dtype: result.value.dtype },
    reduced: jsonNumber(result.reduced),
    perSample: result.perSample === null ? null : jsonNumbers(result.perSample),
    gradient: Object.fromEntries(
      Object.entries(result.gradient).map(([name, tensor]) => [name, tensor === null ? null : tensorJson(tensor)]),
    ),
    terms: result.terms.map((term) => ({
      name: term.name,
      line: lineOf(term.span, texts),
      shape: term.shape,
      dtype: term.dtype,
      min: nullable(term.min),
      max: nullable(term.max),
      mean: nullable(term.mean),
      nan: term.nan,
      inf: term.inf,
      gradientNorm: nullable(term.gradientNorm),
    })),
    probes: result.probes,
    firstNonFinite: nonFiniteJson(result.firstNonFinite, texts),
    timings: Object.fromEntries(
      Object.entries(result.timings).map(([stage, milliseconds]) => [stage, Math.round(milliseconds * 100) / 100]),
    ),
    problems: problems.map((problem) => problemJson(problem, document, texts)),
  };
}

export function errorJson(failure: Pick<RunFailure, 'kind' | 'message' | 'span'>, texts: Texts): unknown {
  const range = failure.span === null ? {} : { range: jsonRange(texts.range(failure.span)) };
  return { version: 1, error: { kind: failure.kind, message: failure.message, ...range } };
}

export function nonFiniteJson(
  found: RunResult['firstNonFinite'],
  texts: Texts,
): { readonly line: number | null; readonly text: string; readonly op: string } | null {
  if (found === null) return null;
  return {
    line: found.span === null ? null : lineOf(found.span, texts),
    text: found.span === null ? '' : texts.text(found.span),
    op: found.op,
  };
}

function lineOf(span: Span, texts: Texts): number {
  return texts.range(span).start.line + 1;
}

function tensorJson({ shape, data }: TensorData): { readonly shape: readonly number[]; readonly data: unknown } {
  return { shape, data: jsonNumbers(data) };
}

function nullable(value: number | null): unknown {
  return value === null ? null : jsonNumber(value);
}
