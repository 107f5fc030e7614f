/** Owns tensors that a loss of TensorFlow.js disposes of and still uses, and integers that are divided as integers. */
import type { CallExpr, Expr, Stmt } from '../../program/program';
import { collect, walk } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { dotted } from './body';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export const tfjsDisposed: Rule = {
  codes: ['tensor-disposed'],
  check({ candidate, source }) {
    const { computes } = candidate;
    if (computes === null) return [];
    const blocks = [computes.body, ...collect(computes.body, 'function').map(({ definition }) => definition.body)];
    return blocks.flatMap((block) =>
      block.flatMap((statement, i): readonly Finding[] => {
        const left = leftByTidy(statement, block.slice(i + 1));
        if (left !== undefined) return [left];
        const names = disposedNames(statement);
        const later = names.flatMap((name) => usesAfter(block.slice(i + 1), name) ?? []);
        const [use] = later;
        if (use === undefined) return [];
        const end = source.text({ ...statement.span, start: statement.span.end, end: statement.span.end + 1 }) === ';' ? 1 : 0;
        return [
          {
            code: 'tensor-disposed',
            severity: 'error',
            message: `${source.text(use)} is disposed of before it is used: it throws "Tensor is disposed.". Dispose of it afterwards, or wrap the body in tf.tidy.`,
            span: statement.span,
            related: [{ message: 'it is used here', span: use }],
            fixes: source.isEntry(statement.span)
              ? [fix('Remove the call', replace({ ...statement.span, end: statement.span.end + end }, ''))]
              : [],
          },
        ];
      }),
    );
  },
};

/** `tf.tidy(() => { e = p.sub(y); }); e.square()`: what is assigned inside and not returned is disposed of. */
function leftByTidy(statement: Stmt, later: readonly Stmt[]): Finding | undefined {
  const call = statement.kind === 'expression' && statement.value.kind === 'call' ? statement.value : undefined;
  const given = call === undefined || dotted(call.callee) !== 'tf.tidy' ? undefined : call.args.at(-1)?.value;
  if (given?.kind !== 'function') return undefined;
  const { body } = given.definition;
  const kept =
    collect(body, 'return').some(({ value }) => value !== null) || collect(body, 'attribute').some(({ name }) => name === 'keep');
  if (kept) return undefined;
  for (const inside of body) {
    const [target] = inside.kind === 'assign' && inside.declare === undefined ? inside.targets : [];
    if (inside.kind !== 'assign' || target?.kind !== 'name' || !isMadeTensor(inside.value)) continue;
    const use = usesAfter(later, target.name);
    if (use === undefined) continue;
    const message = `${target.name} is assigned inside tf.tidy and not returned from it, so it is disposed of there: its use throws "Tensor is disposed.". Return it: const ${target.name} = tf.tidy(() => …).`;
    return { code: 'tensor-disposed', severity: 'error', message, span: inside.span, related: [{ message: 'it is used here', span: use }] };
  }
  return undefined;
}

/** What a method or a function of tf gives, and no number read from it. */
function isMadeTensor(value: Expr | null): boolean {
  return (
    value?.kind === 'call' &&
    value.callee.kind === 'attribute' &&
    /^(sub|add|mul|div|square|abs|mean|sum|exp|log|sqrt|softmax|sigmoid|relu|pow|neg|matMul|maximum|minimum|clipByValue|squaredDifference|norm)$/.test(
      value.callee.name,
    )
  );
}

/** `x.dispose()`, `tf.dispose(x)`, `tf.dispose([x, y])` as a statement. */
function disposedNames(statement: Stmt): readonly string[] {
  if (statement.kind !== 'expression' || statement.value.kind !== 'call') return [];
  const { callee, args } = statement.value;
  if (callee.kind !== 'attribute' || callee.name !== 'dispose') return [];
  if (dotted(callee) === 'tf.dispose') return args.flatMap(({ value }) => (value.kind === 'list' ? value.items : [value]).flatMap(nameOf));
  return args.length === 0 ? nameOf(callee.object) : [];
}

function nameOf(expr: Expr): readonly string[] {
  return expr.kind === 'name' ? [expr.name] : [];
}

/** The first read of a name; undefined if there is none, or something else is assigned to it. */
function usesAfter(statements: readonly Stmt[], name: string): Finding['span'] | undefined {
  let found: Finding['span'] | undefined;
  let assigned = false;
  walk(statements, (node) => {
    if (node.kind === 'assign' && 'targets' in node && node.targets.some((target) => target.kind === 'name' && target.name === name))
      assigned = true;
    if (node.kind === 'call' && isDispose(node)) return false;
    if (node.kind === 'attribute' && /^(shape|rank|size|dtype|isDisposed)$/.test(node.name)) return false;
    if (node.kind === 'name' && node.name === name) found ??= node.span;
    return found === undefined;
  });
  return assigned ? undefined : found;
}

function isDispose({ callee }: CallExpr): boolean {
  return callee.kind === 'attribute' && callee.name === 'dispose';
}

/** `ids.div(width)` of two int32 tensors, whose result then meets floats. */
export const tfjsIntegerDivision: Rule = {
  codes: ['integer-division'],
  metrics: true,
  check(context: RuleContext) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'floorDivide' || node.span === null || facts.spelled(node.id) !== 'div' || !facts.isLive(node.id)) return [];
      if (!facts.consumers(node.id).some((id) => facts.node(id).op === 'cast' && facts.node(id).type.dtype === 'float32')) return [];
      return [
        {
          code: 'integer-division',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))} divides two int32 tensors: TensorFlow.js rounds the result down, and it meets floats afterwards. Convert first, with toFloat().`,
          span: node.span,
        },
      ];
    });
  },
};
