/** Owns how an evaluation's result is prepared for the page: numbers as text, places as lines, tensors cut to what can be drawn. */
import { numberText } from '../base/numberText';
import type { Problem } from '../base/problem';
import type { Span } from '../base/span';
import type { CheckedLoss } from '../check/result';
import type { Probe, RunInput, RunResult, TermResult } from '../run/protocol';
import { isAllZero, normOf, statisticsOf } from '../run/statistics';
import { shapeText, typeText } from '../shape/shapeText';
import type { Texts } from '../workspace/texts';
import type { FindingSeverity, FindingView, GradientView, Place, ResultView, TensorView, TermView } from './protocol';

type TensorData = RunResult['value'];

/** More elements than this are neither sent nor drawn. */
const MOST_ELEMENTS = 200_000;

export interface Evaluated {
  readonly result: RunResult;
  readonly loss: CheckedLoss;
  readonly inputs: readonly RunInput[];
  readonly batch: string;
  readonly texts: Texts;
}

/** `codes`: those of the checker's findings, which need not be said twice. */
export function resultView({ result, loss, inputs, batch, texts }: Evaluated, codes: ReadonlySet<string> = new Set()): ResultView {
  return {
    reduced: numberText(result.reduced),
    reducedNote: reducedNote(result, loss),
    value: tensorView(result.value),
    gradients: gradientViews(result, inputs),
    terms: result.terms.map((term) => termView(term, texts)),
    observations: observations(result, texts, codes),
    received: Object.entries(result.received).map(([role, type]) => ({ name: nameOf(role, inputs), type: typeText(type) })),
    backend: result.backend,
    keras: loss.keras === 'none' ? 'Direct call' : `Keras ${loss.keras}`,
    kerasBecause: loss.kerasBecause,
    batch: `${batch}, seed=${loss.seed}`,
    timings: Object.entries(result.timings)
      .map(([stage, milliseconds]) => `${stage} ${milliseconds.toFixed(1)} ms`)
      .join(' · '),
  };
}

/** The reduction itself is the loss's or Keras' own; the mean, which it nearly always is, is told by its value. */
function reducedNote({ value, reduced }: RunResult, { keras }: CheckedLoss): string {
  if (value.shape.length === 0) return 'The loss returns this scalar itself.';
  const purpose = keras === 'none' ? '' : ': what training minimizes';
  const { mean } = statisticsOf(value.data);
  const isMean = mean !== null && Math.abs(mean - reduced) <= 1e-5 * Math.abs(mean);
  return `${isMean ? 'The mean of' : 'Reduced from'} the ${value.data.length} values that the loss returns${purpose}.`;
}

export function tensorView(tensor: TensorData): TensorView {
  const { shape, data } = tensor;
  const { min, max, mean, nan, inf } = statisticsOf(data);
  const rows = shape[0] ?? 1;
  const width = rows === 0 ? 0 : data.length / rows;
  const kept = data.length <= MOST_ELEMENTS ? rows : Math.max(1, Math.floor(MOST_ELEMENTS / width));
  return {
    shape,
    type: typeText(tensor),
    data: Float32Array.from(data.subarray(0, kept * width)),
    omitted: rows - kept,
    min: textOf(min),
    max: textOf(max),
    mean: textOf(mean),
    nan,
    inf,
  };
}

/** That of the prediction first: it is the one that trains. */
function gradientViews({ gradient }: RunResult, inputs: readonly RunInput[]): readonly GradientView[] {
  const views = Object.entries(gradient).map(([role, tensor]): GradientView => {
    const name = nameOf(role, inputs);
    if (tensor === null) return { kind: 'none', name, role };
    const kind = isAllZero(tensor.data) ? 'zero' : 'values';
    return { kind, name, role, norm: numberText(normOf(tensor.data)), tensor: tensorView(tensor) };
  });
  return views.sort((a, b) => Number(b.role === 'y_pred') - Number(a.role === 'y_pred'));
}

function nameOf(role: string, inputs: readonly RunInput[]): string {
  return inputs.find((input) => input.role === role)?.name ?? role;
}

function termView(term: TermResult, texts: Texts): TermView {
  const place = placeOf(term.span, texts);
  return {
    name: term.name,
    line: place.start.line + 1,
    place,
    shape: shapeText(term.shape),
    min: textOf(term.min),
    max: textOf(term.max),
    mean: textOf(term.mean),
    nan: term.nan,
    inf: term.inf,
    gradientNorm: textOf(term.gradientNorm),
  };
}

const OBSERVED: Readonly<Record<Probe['status'], FindingSeverity>> = { pass: 'pass', info: 'info', warn: 'warning', fail: 'error' };

/** Of each: the checker's code that says the same. */
const SAID_BY: Readonly<Record<string, string>> = { 'gradient-exists': 'no-gradient' };

function observations(result: RunResult, texts: Texts, codes: ReadonlySet<string>): readonly FindingView[] {
  const probes = result.probes.filter(({ name, status }) => status === 'pass' || !codes.has(SAID_BY[name] ?? ''));
  return [...nonFinite(result, texts), ...probes.map(observation)];
}

function observation({ status, detail }: Probe): FindingView {
  return { severity: OBSERVED[status], message: detail, code: null, line: null, place: null };
}

function nonFinite({ firstNonFinite }: RunResult, texts: Texts): readonly FindingView[] {
  if (firstNonFinite === null) return [];
  const { span, op } = firstNonFinite;
  const place = span === null ? null : placeOf(span, texts);
  const where = span === null ? `the operation ${op}` : `\`${texts.text(span)}\``;
  const message = `The first NaN or infinity comes from ${where}.`;
  return [{ severity: 'error', message, code: null, line: place === null ? null : place.start.line + 1, place }];
}

export function findingView({ severity, message, code, span }: Problem, texts: Texts): FindingView {
  const place = placeOf(span, texts);
  return { severity, message, code, line: place.start.line + 1, place };
}

export function placeOf(span: Span, texts: Texts): Place {
  return { document: span.document, ...texts.range(span) };
}

function textOf(value: number | null): string | null {
  return value === null ? null : numberText(value);
}
