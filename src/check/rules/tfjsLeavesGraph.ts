/** Owns values that a loss takes out of the graph (dataSync, arraySync, data): what is computed from them alone carries no gradient. */
import type { CallExpr, Expr, FunctionDefinition, Target } from '../../program/program';
import { collect, type ProgramNode, walk } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { dotted } from './body';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';
import { isTrained, NO_CONNECTION, predictionName } from './tfjsUse';

const LEAVING = /^(dataSync|arraySync|data|array|buffer|bufferSync)$/;
/** What of a tensor is no tensor. */
const PLAIN = /^(shape|rank|size|dtype|length)$/;
const GLOBAL = /^(tf|Math|Number|Array|Object|console|JSON|Float32Array|Float64Array|Int32Array|undefined|NaN|Infinity|String|Boolean)$/;

export const tfjsLeavesGraph: Rule = {
  codes: ['value-leaves-graph'],
  check(context) {
    const { computes } = context.candidate;
    if (computes === null || computes.isAsync) return [];
    const prediction = predictionName(computes);
    const leaving = leavingCalls(computes.body);
    if (prediction === undefined || leaving.length === 0) return [];
    const live = liveNames(context, computes, prediction);
    const returned = collect(computes.body, 'return').flatMap(({ value }) => (value === null || isTidy(value) ? [] : [value]));
    if (returned.length === 0 || returned.some((value) => isLive(value, live))) return [];
    const found = leaving.find(({ callee }) => callee.kind === 'attribute' && isLive(callee.object, live));
    return found === undefined ? [] : [leavesGraph(context, found, prediction, returned)];
  },
};

/** What tf.tidy returns is what the function inside returns. */
function isTidy(value: Expr): boolean {
  return value.kind === 'call' && dotted(value.callee).endsWith('.tidy') && value.args.at(-1)?.value.kind === 'function';
}

function leavingCalls(nodes: readonly ProgramNode[]): readonly CallExpr[] {
  return collect(nodes, 'call').filter(isLeaving);
}

function isLeaving({ callee, args }: CallExpr): boolean {
  return callee.kind === 'attribute' && args.length === 0 && LEAVING.test(callee.name);
}

/** Whether a tensor that the prediction leads to is in it. */
function isLive(expr: ProgramNode, live: ReadonlySet<string>): boolean {
  let found = false;
  walk([expr], (node) => {
    if (node.kind === 'call' && isLeaving(node)) return false;
    if (node.kind === 'attribute' && PLAIN.test(node.name)) return false;
    if (node.kind === 'name' && live.has(node.name)) found = true;
    return !found;
  });
  return found;
}

/** Names that carry the prediction's graph, and those of which nothing is known: weights, a model, a function of another file. */
function liveNames({ module }: RuleContext, definition: FunctionDefinition, prediction: string): ReadonlySet<string> {
  const bound = new Set<string>(definition.params.map(({ name }) => name));
  const nodes: ProgramNode[] = [];
  walk(definition.body, (node) => {
    if (node.kind === 'function') for (const { name } of node.definition.params) bound.add(name);
    if (node.kind === 'assign' || node.kind === 'augment' || node.kind === 'for' || node.kind === 'expression') {
      nodes.push(node);
      for (const name of boundNames(node)) bound.add(name);
    }
    return undefined;
  });
  const free = collect(definition.body, 'name').flatMap(({ name }) => (bound.has(name) || GLOBAL.test(name) ? [] : [name]));
  const numbers = new Set(
    module.body.flatMap((s) => (s.kind === 'assign' && s.value?.kind === 'number' ? s.targets.flatMap(namesOf) : [])),
  );
  const live = new Set([prediction, ...free.filter((name) => !numbers.has(name))]);
  for (let before = -1; before < live.size; ) {
    before = live.size;
    for (const node of nodes) for (const name of carried(node, live)) live.add(name);
  }
  return live;
}

function boundNames(node: ProgramNode): readonly string[] {
  if (node.kind === 'for') return namesOf(node.target);
  if (node.kind !== 'assign') return [];
  return 'targets' in node ? node.targets.flatMap(namesOf) : namesOf(node.target);
}

/** Names that a statement makes carriers of the graph. */
function carried(node: ProgramNode, live: ReadonlySet<string>): readonly string[] {
  switch (node.kind) {
    case 'assign':
      return node.value !== null && isLive(node.value, live) ? boundNames(node) : [];
    case 'augment':
      return isLive(node.value, live) ? namesOf(node.target) : [];
    case 'for':
      return isLive(node.iterable, live) ? namesOf(node.target) : [];
    case 'expression':
      // `terms.push(term)`
      return node.value.kind === 'call' && node.value.args.some(({ value }) => isLive(value, live)) ? rootName(node.value.callee) : [];
    default:
      return [];
  }
}

function rootName(expr: Expr): readonly string[] {
  if (expr.kind === 'attribute' || expr.kind === 'index') return rootName(expr.object);
  return expr.kind === 'name' && !GLOBAL.test(expr.name) ? [expr.name] : [];
}

function namesOf(target: Target): readonly string[] {
  switch (target.kind) {
    case 'name':
      return [target.name];
    case 'attribute':
    case 'index':
      return rootName(target.object);
    case 'pattern':
      return target.form === 'sequence'
        ? target.items.flatMap((item) => (item.target === null ? [] : namesOf(item.target)))
        : [...target.entries.flatMap((entry) => namesOf(entry.target)), ...(target.rest === null ? [] : namesOf(target.rest))];
    default:
      return [];
  }
}

function leavesGraph(context: RuleContext, call: CallExpr, prediction: string, returned: readonly Expr[]): Finding {
  const text = oneLine(context.source.text(call.span));
  return {
    code: 'value-leaves-graph',
    severity: isTrained(context) ? 'error' : 'info',
    message: `${text} hands out plain numbers, and what is returned is made of them: no gradient reaches ${prediction}, and training throws ${NO_CONNECTION}. Compute with the tensors themselves (sub, square, mean).`,
    span: call.span,
    fixes: returned.flatMap((value) => keepTensor(context, value)),
  };
}

/** `return x.dataSync()[0]` → `return x`. */
function keepTensor({ source }: RuleContext, value: Expr): NonNullable<Finding['fixes']> {
  const call = value.kind === 'index' ? value.object : value;
  if (call.kind !== 'call' || !isLeaving(call) || call.callee.kind !== 'attribute' || !source.isEntry(value.span)) return [];
  const { object, name } = call.callee;
  if (!/Sync$/.test(name)) return [];
  return [fix('Return the tensor', replace(value.span, source.text(object.span)))];
}
