/** Owns what a loss keeps between calls, and Python's randomness, which a traced function draws once. */
import type { Expr, FunctionDefinition, Stmt } from '../../program/program';
import { collect, type ProgramNode, statementsOf } from '../../program/walk';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { dotted, localNames } from './body';
import type { Finding, Rule, RuleContext } from './rule';

export const stateAcrossCalls: Rule = {
  codes: ['python-state', 'python-random'],
  check(context) {
    const { computes } = context.candidate;
    if (computes === null) return [];
    return [...stateChanges(context, computes), ...keptValues(context, computes), ...randomCalls(context, computes)];
  },
};

/** Assignments to what lives longer than one call: it happens once, while the graph is traced. */
function stateChanges(context: RuleContext, computes: FunctionDefinition): readonly Finding[] {
  const local = localNames(computes);
  const outer = new Set(statementsOf(computes.body).flatMap((s) => (s.kind === 'scope' ? s.names : [])));
  return statementsOf(computes.body).flatMap((statement): readonly Finding[] => {
    const target = changedTarget(context, statement);
    const root = target === undefined ? undefined : rootName(target);
    const outside = target?.kind === 'name' ? outer.has(target.name) : root !== undefined && !local.has(root);
    if (!outside || root === undefined) return [];
    const text = oneLine(context.source.text(statement.span));
    const definition = definitionOf(context, root);
    return [
      {
        code: 'python-state',
        severity: 'warning',
        message: `${text} runs once, while Keras traces the loss: in later steps it keeps its first value. Keep a tf.Variable outside and change it in a callback, or with assign_add.`,
        span: statement.span,
        related: definition,
      },
    ];
  });
}

/** `if self.best is None: self.best = …`: the value of the first trace is kept. */
function keptValues(context: RuleContext, computes: FunctionDefinition): readonly Finding[] {
  const { source } = context;
  return statementsOf(computes.body).flatMap((statement): readonly Finding[] => {
    if (statement.kind !== 'if') return [];
    const read = source.text(statement.test.span);
    return statementsOf(statement.then).flatMap((inner): readonly Finding[] => {
      const target = inner.kind === 'assign' ? inner.targets[0] : undefined;
      if (target?.kind !== 'attribute' || inner.kind !== 'assign' || inner.value === null || inner.value.kind === 'number') return [];
      // Sizes are the same in every step.
      if (context.facts.valueAt(inner.value.span) === undefined) return [];
      // The usual way to make a variable when the shape is known.
      if (inner.value.kind === 'call' && /variable|weight/i.test(source.text(inner.value.callee.span))) return [];
      const name = source.text(target.span);
      if (!name.startsWith('self.') || !new RegExp(`^(not )?${name.replaceAll('.', '\\.')}( is None)?$`).test(read)) return [];
      return [
        {
          code: 'python-state',
          severity: 'warning',
          message: `${name} is set once, while Keras traces the loss, and holds a symbolic tensor of that trace afterwards. Keep state in a tf.Variable made in __init__.`,
          span: inner.span,
        },
      ];
    });
  });
}

/** What `n += 1`, `self.n = self.n + 1` or `self.mean = 0.9 * self.mean + 0.1 * e` changes. */
function changedTarget(context: RuleContext, statement: Stmt) {
  const { source } = context;
  if (statement.kind === 'augment') return isCounted(statement) ? statement.target : undefined;
  if (statement.kind !== 'assign' || statement.targets.length !== 1 || statement.value?.kind !== 'binary') return undefined;
  const [target] = statement.targets;
  if (target === undefined || !['+', '-', '*', '/'].includes(statement.value.op)) return undefined;
  const { left, right } = statement.value;
  const [changed, by] = [left, right].map((side) => source.text(side.span));
  const own = source.text(target.span);
  const counts = (changed === own && right.kind === 'number') || (by === own && left.kind === 'number');
  return counts || averages(context, statement.value, own) ? target : undefined;
}

/** The old value, weighed against the data of this call. */
function averages({ facts, source }: RuleContext, value: Expr, own: string): boolean {
  const id = facts.valueAt(value.span);
  if (id === undefined || (facts.sources(id) & (TRUTH | PREDICTION)) === 0) return false;
  return operandsOf(value).some((operand) => operand.kind !== 'binary' && source.text(operand.span) === own);
}

function operandsOf(expr: Expr): readonly Expr[] {
  return expr.kind === 'binary' ? [...operandsOf(expr.left), ...operandsOf(expr.right)] : [expr];
}

/** Numbers, not lists that collect: `n += 1`. */
function isCounted(statement: Extract<Stmt, { readonly kind: 'augment' }>): boolean {
  return statement.value.kind !== 'list' && ['+', '-', '*', '/'].includes(statement.op);
}

function rootName(target: ProgramNode): string | undefined {
  if (target.kind === 'name') return target.name;
  if (target.kind === 'attribute' || target.kind === 'index') return rootName(target.object);
  return undefined;
}

function definitionOf(context: RuleContext, name: string) {
  for (const statement of context.module.body) {
    if (statement.kind === 'assign' && statement.targets.some((target) => target.kind === 'name' && target.name === name)) {
      return [{ message: `${name} is defined here`, span: statement.span }];
    }
  }
  return [];
}

const RANDOM =
  /^(random\.(random|uniform|randint|choice|gauss|normalvariate|shuffle|sample|betavariate)|np\.random\.\w+|numpy\.random\.\w+|time\.(time|perf_counter)|datetime\.(datetime\.)?now)$/;

function randomCalls(_context: RuleContext, computes: FunctionDefinition): readonly Finding[] {
  return collect(computes.body, 'call').flatMap((call): readonly Finding[] => {
    const name = dotted(call.callee);
    if (!RANDOM.test(name)) return [];
    return [
      {
        code: 'python-random',
        severity: 'warning',
        message: `${name} runs once, while Keras traces the loss: every step gets the same number. Use tf.random.`,
        span: call.span,
      },
    ];
  });
}
