/** Owns the edits that several fixes make: an argument found or set, a value wrapped in a call. */
import type { Edit } from '../../base/problem';
import type { Span } from '../../base/span';
import type { Argument, CallExpr, Expr } from '../../program/program';
import { collect } from '../../program/walk';
import type { SourceIndex } from '../facts/sourceIndex';
import { insertAfter, insertBefore, replace } from '../rules/rule';

/** By its name, else by its place among those without one. */
export function argument({ args }: CallExpr, name: string, place: number): Argument | undefined {
  return args.find((arg) => arg.name === name) ?? args.filter((arg) => arg.name === undefined && arg.spread === undefined)[place];
}

/** Undefined where nothing can stand behind what is there. */
export function withArgument(call: CallExpr, name: string, place: number, value: string): Edit | undefined {
  const given = argument(call, name, place);
  if (given !== undefined) return replace(given.value.span, value);
  const last = call.args.at(-1);
  if (last === undefined || call.args.some(({ spread }) => spread !== undefined)) return undefined;
  return insertAfter(last.span, `, ${name}=${value}`);
}

export function wrap(span: Span, before: string, after: string): readonly Edit[] {
  return [insertBefore(span, before), insertAfter(span, after)];
}

/** What needs no parentheses beside an operator. */
export function isAtom({ kind }: Expr): boolean {
  return /^(name|attribute|call|index|number|list|tuple|boolean)$/.test(kind);
}

export function atom(expr: Expr, source: SourceIndex): string {
  const text = source.text(expr.span);
  return isAtom(expr) ? text : `(${text})`;
}

export function withoutComments(python: string): string {
  return python.replaceAll(/#.*$/gm, '');
}

/** A whole number as it is written: `2`, `-1`. */
export function literalInteger(expr: Expr | undefined): number | undefined {
  if (expr?.kind === 'number') return Number.isInteger(expr.value) ? expr.value : undefined;
  if (expr?.kind !== 'unary' || expr.op !== '-' || expr.operand.kind !== 'number') return undefined;
  return -expr.operand.value;
}

export function literalIntegers(expr: Expr | undefined): readonly number[] | undefined {
  if (expr?.kind !== 'list' && expr?.kind !== 'tuple') return undefined;
  const items = expr.items.map(literalInteger);
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** Whether an integer's place is in arithmetic, where TensorFlow wants the other side's type: there itself, or by the name that it gets. */
export function meetsNumbers(expr: Expr, source: SourceIndex): boolean {
  const around = source.nodesAround(expr.span).filter((node) => node !== expr && node.kind !== 'expression');
  const [outer] = around.slice(-1);
  if (outer?.kind !== 'assign' || !('targets' in outer)) return outer?.kind === 'binary' || outer?.kind === 'augment';
  const [target] = outer.targets;
  const definition = around.findLast((node) => node.kind === 'function');
  if (target?.kind !== 'name' || definition === undefined) return false;
  return collect([definition], 'binary').some(({ left, right }) =>
    [left, right].some((side) => side.kind === 'name' && side.name === target.name),
  );
}
