/**
 * Owns the lowering of `match` to a chain of ifs: literals, names, constants, sequences, alternatives, guards and captures. What the chain
 * cannot say (classes, mappings, stars) becomes a test that is unknown.
 */
import type { Block, Expr, Stmt, Target } from '../program/program';
import { field, fields, MAX_DEPTH, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr, only } from './expressions';
import { type Lowering, parts } from './lowering';
import { lowerBlock } from './statements';

/** When a pattern matches (null: always), and what it binds. */
interface Matched {
  readonly test: Expr | null;
  readonly bindings: readonly Stmt[];
}

export function lowerMatch(c: Lowering, node: SyntaxNode): Stmt {
  const subjects = fields(node, 'subject');
  const [first] = subjects;
  const body = field(node, 'body');
  if (first === undefined || body === undefined) return unknown(c, node, 'syntax error');
  const items = subjects.map((subject) => lowerExpr(c, subject));
  const [single] = items;
  const subject: Expr = items.length === 1 && single !== undefined ? single : { kind: 'tuple', items, span: spanOf(c, first) };
  const clauses = parts(body).filter((part) => part.type === 'case_clause');
  // The subject is evaluated once, under a name that no source can have.
  const name: Expr & Target = { kind: 'name', name: `<match ${node.start}>`, span: subject.span };
  const assign: Stmt = { kind: 'assign', targets: [name], value: subject, annotation: null, span: subject.span };
  return { kind: 'block', body: [assign, ...lowerClauses(c, name, clauses)], span: spanOf(c, node) };
}

function lowerClauses(c: Lowering, subject: Expr, clauses: readonly SyntaxNode[]): Block {
  const [clause, ...others] = clauses;
  if (clause === undefined) return [];
  const patterns = parts(clause).filter((part) => part.type === 'case_pattern');
  const [pattern] = patterns;
  const matched =
    pattern === undefined
      ? { test: unknown(c, clause, 'syntax error'), bindings: [] }
      : patterns.length === 1
        ? matchPattern(c, subject, pattern)
        : matchSequence(c, subject, clause, patterns);
  const then = lowerBlock(c, field(clause, 'consequence'));
  const guard = field(clause, 'guard');
  const span = spanOf(c, clause);
  const { test, bindings } = guard === undefined ? matched : withGuard(matched, only(c, guard));
  const body = [...bindings, ...then];
  if (test === null) return body;
  if (c.depth >= MAX_DEPTH) return [unknown(c, clause, 'nested too deeply')];
  c.depth++;
  const otherwise = lowerClauses(c, subject, others);
  c.depth--;
  return [{ kind: 'if', test, then: body, otherwise, span }];
}

/** A guard may read what the pattern binds: `test and (name := value, guard)[-1]`. */
function withGuard({ test, bindings }: Matched, guard: Expr): Matched {
  const { span } = guard;
  const assigns = bindings.flatMap((each): Expr[] => {
    const [target] = each.kind === 'assign' ? each.targets : [];
    return each.kind === 'assign' && target !== undefined && each.value !== null
      ? [{ kind: 'assign', target, op: null, value: each.value, span: each.span }]
      : [];
  });
  const last: Expr = { kind: 'number', value: assigns.length, float: false, span };
  const bound: Expr =
    assigns.length === 0
      ? guard
      : { kind: 'index', object: { kind: 'tuple', items: [...assigns, guard], span }, items: [last], tuple: false, span };
  return { test: test === null ? bound : { kind: 'logical', op: 'and', left: test, right: bound, span }, bindings: [] };
}

function matchPattern(c: Lowering, subject: Expr, pattern: SyntaxNode): Matched {
  const [inner] = parts(pattern);
  if (inner === undefined) return { test: null, bindings: [] };
  // A sign stands beside its number.
  if (pattern.children.some((child) => child.type === '-'))
    return { test: equals(c, subject, pattern, negated(c, pattern, inner)), bindings: [] };
  switch (inner.type) {
    case 'case_pattern':
      return matchPattern(c, subject, inner);
    case 'none':
    case 'true':
    case 'false':
      return { test: compare(c, subject, inner, 'is', lowerExpr(c, inner)), bindings: [] };
    case 'dotted_name':
      return parts(inner).length === 1
        ? capture(c, subject, inner)
        : { test: equals(c, subject, inner, lowerExpr(c, inner)), bindings: [] };
    case 'union_pattern':
      return matchUnion(c, subject, inner);
    case 'as_pattern':
      return matchAs(c, subject, inner);
    case 'list_pattern':
    case 'tuple_pattern':
      return matchSequence(c, subject, inner, parts(inner));
    case 'integer':
    case 'float':
    case 'string':
    case 'concatenated_string':
      return { test: equals(c, subject, inner, lowerExpr(c, inner)), bindings: [] };
    default:
      return notUnderstood(c, inner, inner.type.replaceAll('_', ' '));
  }
}

/** The names that such a pattern captures are bound, to unknowns. */
function notUnderstood(c: Lowering, pattern: SyntaxNode, what: string): Matched {
  const value = unknown(c, pattern, `match on a ${what}`);
  const names = capturedNames(pattern).map((node) => capture(c, value, node).bindings);
  return { test: value, bindings: names.flat() };
}

const CAPTURING: ReadonlySet<string> = new Set(['case_pattern', 'keyword_pattern']);

function capturedNames(pattern: SyntaxNode): readonly SyntaxNode[] {
  return pattern.children.flatMap((child) => {
    if (child.type === 'splat_pattern') return parts(child);
    // A class is named directly in its pattern; a captured name stands in a case or behind a keyword.
    if (child.type === 'dotted_name') return CAPTURING.has(pattern.type) && parts(child).length === 1 ? [child] : [];
    return capturedNames(child);
  });
}

function capture(c: Lowering, subject: Expr, name: SyntaxNode): Matched {
  const target: Target = { kind: 'name', name: textOf(c, name), span: spanOf(c, name) };
  return { test: null, bindings: [{ kind: 'assign', targets: [target], value: subject, annotation: null, span: spanOf(c, name) }] };
}

function matchUnion(c: Lowering, subject: Expr, union: SyntaxNode): Matched {
  // Alternatives are patterns without the wrapper that a case has.
  const tests = parts(union).map((part) => matchPattern(c, subject, wrapped(part)).test);
  if (tests.some((test) => test === null)) return { test: null, bindings: [] };
  const [first, ...others] = tests.filter((test) => test !== null);
  if (first === undefined) return { test: unknown(c, union, 'syntax error'), bindings: [] };
  const test = others.reduce<Expr>((left, right) => ({ kind: 'logical', op: 'or', left, right, span: spanOf(c, union) }), first);
  return { test, bindings: [] };
}

function wrapped(part: SyntaxNode): SyntaxNode {
  return part.type === 'case_pattern' ? part : { ...part, type: 'case_pattern', children: [part] };
}

function matchAs(c: Lowering, subject: Expr, node: SyntaxNode): Matched {
  const [pattern, name] = parts(node);
  if (pattern === undefined || name === undefined) return { test: unknown(c, node, 'syntax error'), bindings: [] };
  const inner = matchPattern(c, subject, wrapped(pattern));
  return { test: inner.test, bindings: [...inner.bindings, ...capture(c, subject, name).bindings] };
}

/** As long as the pattern, and each element matches. */
function matchSequence(c: Lowering, subject: Expr, node: SyntaxNode, patterns: readonly SyntaxNode[]): Matched {
  const span = spanOf(c, node);
  if (patterns.some((pattern) => parts(pattern)[0]?.type === 'splat_pattern')) return notUnderstood(c, node, 'starred pattern');
  const length: Expr = { kind: 'call', callee: { kind: 'name', name: 'len', span }, args: [{ value: subject, span }], span };
  let test: Expr = compare(c, length, node, '==', { kind: 'number', value: patterns.length, float: false, span });
  const bindings: Stmt[] = [];
  for (const [i, pattern] of patterns.entries()) {
    const element: Expr = { kind: 'index', object: subject, items: [{ kind: 'number', value: i, float: false, span }], tuple: false, span };
    const matched = matchPattern(c, element, wrapped(pattern));
    if (matched.test !== null) test = { kind: 'logical', op: 'and', left: test, right: matched.test, span };
    bindings.push(...matched.bindings);
  }
  return { test, bindings };
}

function negated(c: Lowering, pattern: SyntaxNode, number: SyntaxNode): Expr {
  return { kind: 'unary', op: '-', operand: lowerExpr(c, number), span: spanOf(c, pattern) };
}

function equals(c: Lowering, subject: Expr, node: SyntaxNode, value: Expr): Expr {
  return compare(c, subject, node, '==', value);
}

function compare(c: Lowering, first: Expr, node: SyntaxNode, op: '==' | 'is', operand: Expr): Expr {
  return { kind: 'compare', first, rest: [{ op, operand }], span: spanOf(c, node) };
}
