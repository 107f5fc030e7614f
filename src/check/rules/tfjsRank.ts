/** Owns ranks that the source spells, outside losses: whether what minimize and variableGrads differentiate is surely no scalar. */
import { onlyValue } from '../../javascript/assigned';
import type { CallExpr, Expr, Module } from '../../program/program';
import { dotted } from './body';

const UNARY = /^(square|abs|neg|exp|log|sqrt|sigmoid|tanh|relu|softplus|clipByValue|toFloat|pow|log1p)$/;
const BINARY = /^(add|sub|mul|div|maximum|minimum|squaredDifference)$/;
const REDUCTION = /^(mean|sum|max|min|norm)$/;
const MADE = /^tf\.(zeros|ones|randomNormal|randomUniform|truncatedNormal)$/;

/** At least so many axes; 0 where nothing is sure. */
export function leastRank(module: Module, expr: Expr, depth = 0): number {
  if (depth > 12) return 0;
  if (expr.kind === 'name') {
    const value = onlyValue(module, expr);
    return value === undefined ? 0 : leastRank(module, value, depth + 1);
  }
  return expr.kind === 'call' ? rankOfCall(module, expr, depth + 1) : 0;
}

function rankOfCall(module: Module, { callee, args }: CallExpr, depth: number): number {
  if (callee.kind !== 'attribute' || args.some(({ spread }) => spread !== undefined)) return 0;
  const path = dotted(callee);
  const ofTf = callee.object.kind === 'name' && callee.object.name === 'tf';
  const given = args.map(({ value }) => value);
  if (MADE.test(path)) return given[0]?.kind === 'list' ? given[0].items.filter(({ kind }) => kind !== 'spread').length : 0;
  if (path === 'tf.variable') return given[0] === undefined ? 0 : leastRank(module, given[0], depth);
  const [x, ...others] = ofTf ? given : [callee.object, ...given];
  if (x === undefined) return 0;
  if (callee.name === 'matMul') return 2;
  if (UNARY.test(callee.name)) return leastRank(module, x, depth);
  if (BINARY.test(callee.name)) return Math.max(...[x, ...others].map((each) => leastRank(module, each, depth)));
  return REDUCTION.test(callee.name) ? reduced(leastRank(module, x, depth), callee.name === 'norm' ? others[1] : others[0]) : 0;
}

function reduced(rank: number, axis: Expr | undefined): number {
  const one = axis?.kind === 'number' || (axis?.kind === 'unary' && axis.operand.kind === 'number');
  return one ? Math.max(0, rank - 1) : 0;
}
