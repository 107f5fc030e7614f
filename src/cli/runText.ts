/** Owns what `run` prints for people. */
import pc from 'picocolors';
import { numberText } from '../base/numberText';
import type { TensorData } from '../batch/tensorData';
import type { ProbeStatus, RunFailure, RunResult } from '../run/protocol';
import { normOf, statisticsOf } from '../run/statistics';
import { shapeText, typeText } from '../shape/shapeText';
import type { Texts } from '../workspace/texts';
import { problemLines } from './checkText';
import { nonFiniteJson, type RunReport } from './runJson';

const SHOWN_ELEMENTS = 8;

const MARKS: Readonly<Record<ProbeStatus, string>> = { pass: pc.green('✓'), info: pc.blue('i'), warn: pc.yellow('!'), fail: pc.red('✗') };

export function runText(report: RunReport, texts: Texts): string {
  const { result } = report;
  const { name, version, reason } = result.backend;
  const rows: (readonly [string, string])[] = [
    ...Object.entries(result.received).map(([role, type]) => [role, typeText(type)] as const),
    ['value', `${typeText(result.value)}  ${elements(result.value)}`],
    ['loss', pc.bold(numberText(result.reduced))],
    ...Object.entries(result.gradient).map(([role, tensor]) => [`∂ ${role}`, gradientText(tensor)] as const),
  ];
  return [
    `${pc.bold(pc.cyan(report.loss))}  ${pc.dim(`${name} ${version} (${reason}) · keras ${report.keras} · ${report.batch}`)}`,
    ...table(rows),
    ...termLines(result),
    ...result.probes.filter((probe) => probe.status !== 'pass').map((probe) => `  ${MARKS[probe.status]} ${probe.detail}`),
    ...nonFiniteLines(result, texts),
    ...report.problems.flatMap((problem) => ['', ...problemLines(problem, texts)]),
  ].join('\n');
}

export function failureText(failure: Pick<RunFailure, 'kind' | 'message' | 'span'>, texts: Texts): string {
  const message = `${pc.red(failure.kind)} ${failure.message}`;
  if (failure.span === null) return message;
  const line = texts.index(failure.span.document).lineText(texts.range(failure.span).start.line);
  return `${message}\n  ${pc.dim(texts.place(failure.span))}\n  ${line.trim()}`;
}

function termLines({ terms }: RunResult): readonly string[] {
  if (terms.length === 0) return [];
  const rows = terms.map((term) => {
    const range =
      term.min === null || term.max === null
        ? pc.dim('no finite element')
        : term.min === term.max
          ? numberText(term.min)
          : `${numberText(term.min)} … ${numberText(term.max)}`;
    const bad = term.nan + term.inf > 0 ? pc.red(` ${term.nan} NaN, ${term.inf} infinite`) : '';
    const norm = term.gradientNorm === null ? pc.dim('no gradient') : `|∂| ${numberText(term.gradientNorm)}`;
    return [term.name, `${shapeText(term.shape)}  ${range}${bad}  ${norm}`] as const;
  });
  return [pc.dim('  terms'), ...table(rows)];
}

function nonFiniteLines({ firstNonFinite }: RunResult, texts: Texts): readonly string[] {
  const found = nonFiniteJson(firstNonFinite, texts);
  if (found === null) return [];
  const where = found.line === null ? '' : ` in line ${found.line}: ${found.text}`;
  return [`  ${pc.red('✗')} The first NaN or infinity comes from ${found.op}${where}`];
}

function gradientText(tensor: TensorData | null): string {
  if (tensor === null) return pc.yellow('none');
  const { min, max, nan, inf } = statisticsOf(tensor.data);
  const bad = nan + inf > 0 ? pc.red(` ${nan} NaN, ${inf} infinite`) : '';
  const range = min === null || max === null ? '' : `  ${numberText(min)} … ${numberText(max)}`;
  return `${shapeText(tensor.shape)}  norm ${numberText(normOf(tensor.data))}${range}${bad}`;
}

function elements({ shape, data }: TensorData): string {
  if (shape.length === 0) return numberText(data[0] ?? Number.NaN);
  const shown = Array.from(data.subarray(0, SHOWN_ELEMENTS), numberText).join(', ');
  return pc.dim(`[${shown}${data.length > SHOWN_ELEMENTS ? ', …' : ''}]`);
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${pc.dim(name.padEnd(width))}  ${text}`);
}
