/** Owns what `check` prints for people: findings with the source line they are in, then one line for each loss. */
import pc from 'picocolors';
import type { Problem, Severity } from '../base/problem';
import type { CheckedLoss } from '../check/result';
import { typeText } from '../shape/shapeText';
import type { Texts } from '../workspace/texts';
import type { CheckedPath } from './checkJson';

const COLORS: Readonly<Record<Severity, (text: string) => string>> = { error: pc.red, warning: pc.yellow, info: pc.blue, hint: pc.dim };
const COUNTED: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

export function checkText(files: readonly CheckedPath[], texts: Texts): string {
  const lines: string[] = [];
  for (const { path, file } of files) {
    if (file.losses.length === 0 && file.problems.length === 0) continue;
    lines.push(pc.bold(path));
    for (const loss of file.losses) lines.push(...lossLines(loss));
    for (const problem of file.problems) lines.push('', ...problemLines(problem, texts));
    lines.push('');
  }
  lines.push(summary(files));
  return lines.join('\n');
}

function lossLines(loss: CheckedLoss): readonly string[] {
  const inputs = loss.inputs.map((input) => `${input.name} ${typeText(input.type)}`).join(', ');
  const returns = loss.returns === null ? pc.dim('not known') : pc.green(typeText(loss.returns));
  const gaps = loss.returns === null ? loss.gaps.slice(0, 1).map((gap) => `    ${pc.dim(gap.reason)}`) : [];
  return [`  ${pc.cyan(loss.name)} ${pc.dim(`(${inputs})`)} → ${returns}`, ...gaps];
}

export function problemLines(problem: Problem, texts: Texts): readonly string[] {
  const color = COLORS[problem.severity];
  const { start, end } = texts.range(problem.span);
  const source = texts.index(problem.span.document).lineText(start.line);
  const width = Math.max(1, (end.line === start.line ? end.column : source.length) - start.column);
  const number = String(start.line + 1);
  const margin = ' '.repeat(number.length);
  return [
    `  ${color(problem.severity)} ${problem.message} ${pc.dim(`[${problem.code}]`)}`,
    pc.dim(`  ${margin} ┌ ${texts.place(problem.span)}`),
    `  ${pc.dim(`${number} │`)} ${source}`,
    `  ${pc.dim(`${margin} │`)} ${source.slice(0, start.column).replaceAll(/[^\t]/g, ' ')}${color('^'.repeat(width))}`,
    ...problem.related.map((each) => `  ${margin} ${pc.dim(`${texts.place(each.span)} ${each.message}`)}`),
    ...problem.fixes.slice(0, 1).map((fix) => `  ${margin} ${pc.green('fix')} ${fix.title}`),
  ];
}

function summary(files: readonly CheckedPath[]): string {
  const losses = files.reduce((sum, { file }) => sum + file.losses.length, 0);
  const severities = files.flatMap(({ file }) => file.problems.map((problem) => problem.severity));
  const counts = COUNTED.map((severity) => [severity, severities.filter((each) => each === severity).length] as const).filter(
    ([, count]) => count > 0,
  );
  const found = counts.map(([severity, count]) => COLORS[severity](counted(count, severity))).join(', ');
  return `${counted(losses, 'loss')} in ${counted(files.length, 'file')}: ${found === '' ? pc.green('no findings') : found}`;
}

const PLURALS: Readonly<Record<string, string>> = { loss: 'losses', info: 'infos' };

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : (PLURALS[noun] ?? `${noun}s`)}`;
}
