/** Owns what the source of a loss shows without shapes: state across calls, Python's randomness, models' symbols, squeezed batches, printing. */
import type { Block, ClassDefinition, Expr, FunctionDefinition, Param, Stmt } from '../../program/program';
import { collect, type ProgramNode, statementsOf, walk } from '../../program/walk';
import { hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { oneLine, spelling } from '../facts/sourceIndex';
import { usesWeights } from './returns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext } from './rule';

const SURROUNDING = /(^|\.)(Loss|LossFunctionWrapper)$/;

export function dotted(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'attribute' ? `${dotted(expr.object)}.${expr.name}` : '';
}

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

/** What `n += 1` or `self.n = self.n + 1` changes. */
function changedTarget({ source }: RuleContext, statement: Stmt) {
  if (statement.kind === 'augment') return isCounted(statement) ? statement.target : undefined;
  if (statement.kind !== 'assign' || statement.targets.length !== 1 || statement.value?.kind !== 'binary') return undefined;
  const [target] = statement.targets;
  if (target === undefined || !['+', '-', '*', '/'].includes(statement.value.op)) return undefined;
  const { left, right } = statement.value;
  const [changed, by] = [left, right].map((side) => source.text(side.span));
  const own = source.text(target.span);
  return (changed === own && right.kind === 'number') || (by === own && left.kind === 'number') ? target : undefined;
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

export function localNames(definition: FunctionDefinition): ReadonlySet<string> {
  const names = new Set(definition.params.filter((param) => param.name !== 'self').map((param) => param.name));
  const outer = new Set(statementsOf(definition.body).flatMap((s) => (s.kind === 'scope' ? s.names : [])));
  for (const statement of statementsOf(definition.body)) {
    if (statement.kind === 'assign') for (const target of statement.targets) addNames(target, names);
    else if (statement.kind === 'for') addNames(statement.target, names);
    else if (statement.kind === 'with') {
      for (const item of statement.items) if (item.target) addNames(item.target, names);
    } else if (statement.kind === 'function' || statement.kind === 'class') names.add(statement.definition.name);
    else if (statement.kind === 'augment' && statement.target.kind === 'name') names.add(statement.target.name);
  }
  for (const name of outer) names.delete(name);
  return names;
}

function addNames(target: ProgramNode, names: Set<string>): void {
  if (target.kind === 'name') names.add(target.name);
  else if (target.kind === 'pattern' && target.form === 'sequence')
    for (const item of target.items) if (item.target) addNames(item.target, names);
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

export const symbolicTensor: Rule = {
  codes: ['symbolic-tensor'],
  check(context) {
    const { candidate, keras } = context;
    const { computes } = candidate;
    if (computes === null || keras === 'none' || (keras === 2 && !context.fitted)) return [];
    const local = localNames(computes);
    const seen = new Set<string>();
    const found: Finding[] = [];
    walk(computes.body, (node) => {
      if (node.kind === 'function' && node.definition.name !== '') return false;
      if (node.kind !== 'name' || local.has(node.name) || seen.has(node.name)) return undefined;
      const definition = symbolDefinition(context, node.name, 0);
      if (definition === undefined) return undefined;
      seen.add(node.name);
      found.push({
        code: 'symbolic-tensor',
        severity: 'error',
        message: `${node.name} is a symbolic tensor of the model, not data: a loss cannot read it ("A KerasTensor cannot be used as input to a TensorFlow function"). Use model.add_loss in a layer or a custom train_step, or hand the values over with y_true.`,
        span: node.span,
        related: [{ message: `${node.name} is made here`, span: definition.span }],
      });
      return undefined;
    });
    return found;
  },
};

/** A name that is bound to keras.Input(…), or to a layer called on one, where the loss is defined. */
function symbolDefinition(context: RuleContext, name: string, depth: number): Stmt | undefined {
  const blocks: readonly Block[] = [...context.candidate.owners.map((owner) => owner.body), context.module.body];
  for (const block of blocks) {
    const bindings = statementsOf(block).filter(
      (s): s is Extract<Stmt, { readonly kind: 'assign' }> =>
        s.kind === 'assign' && s.targets.some((target) => target.kind === 'name' && target.name === name),
    );
    if (bindings.length === 0) continue;
    const last = bindings.at(-1);
    if (
      last?.value == null ||
      bindings.length > 4 ||
      !bindings.every((binding) => binding.value !== null && isSymbolic(context, binding.value, name, depth))
    )
      return undefined;
    return last;
  }
  return undefined;
}

function isSymbolic(context: RuleContext, value: Expr, own: string, depth: number): boolean {
  if (depth > 8 || value.kind !== 'call') return false;
  if (/(^|\.)(Input)$/.test(dotted(value.callee))) return true;
  // Dense(8)(x): a call of a layer that was just made.
  if (value.callee.kind !== 'call') return false;
  const made = dotted(value.callee.callee);
  if (
    !/(^|\.)(Dense|Conv\w+|LSTM|GRU|Lambda|Flatten|Reshape|Concatenate|Activation|BatchNormalization|Dropout|Add|Multiply|Embedding|\w*Pooling\w*|Subtract|Dot)$/.test(
      made,
    )
  )
    return false;
  return value.args.some((arg) =>
    namesIn(arg.value).some((name) => name === own || symbolDefinition(context, name, depth + 1) !== undefined),
  );
}

function namesIn(expr: Expr): readonly string[] {
  return expr.kind === 'name' ? [expr.name] : expr.kind === 'list' || expr.kind === 'tuple' ? expr.items.flatMap(namesIn) : [];
}

export const squeezedBatch: Rule = {
  codes: ['squeeze-all'],
  metrics: true,
  check(context) {
    const { facts, source } = context;
    const seen = new Set<number>();
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      const expr = source.at(node.span);
      if (
        node.op !== 'squeeze' ||
        node.span === null ||
        input === undefined ||
        expr?.kind !== 'call' ||
        spelling(expr) !== 'squeeze' ||
        seen.has(node.span.start)
      )
        return [];
      if (expr.args.some((arg) => arg.name === 'axis' || arg.name === 'squeeze_dims') || expr.args.length > 1) return [];
      const shape = facts.shape(input);
      if (!hasRole(shape[0] ?? 0, 'batch')) return [];
      seen.add(node.span.start);
      const needed = needsBatch(context, node.id);
      const argument = expr.args[0]?.value;
      return [
        {
          code: 'squeeze-all',
          severity: needed === undefined || !context.stated ? 'info' : 'warning',
          message: `${oneLine(source.text(node.span))} of ${shapeText(shape)} also removes the batch axis when a batch has one sample, often the last one. Name the axis: axis=-1.`,
          span: node.span,
          related: needed === undefined ? [] : [{ message: 'the batch axis is needed here', span: needed }],
          fixes:
            argument === undefined || shape.at(-1) !== 1
              ? []
              : [fix('Squeeze the last axis only', insertAfter(argument.span, ', axis=-1'))],
        },
      ];
    });
  },
};

const NEEDS_AXES = new Set([
  'shapeOf',
  'slice',
  'gather',
  'matmul',
  'concat',
  'transpose',
  'softmax',
  'argmax',
  'einsum',
  'oneHot',
  'dims',
]);

/** Where the value, or what is computed from it element by element, is used in a way that fails without the axis. */
function needsBatch(context: RuleContext, id: number) {
  const { facts, source } = context;
  const queue = [...facts.consumers(id)];
  const seen = new Set<number>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const node = facts.node(next);
    if (node.span === null) continue;
    const expr = source.at(node.span);
    const hasAxis =
      expr?.kind === 'call' &&
      (expr.args.some((arg) => arg.name === 'axis') || (/^(reduce_)?(sum|mean|max|min)$/.test(spelling(expr)) && expr.args.length > 1));
    if (NEEDS_AXES.has(node.op) || (['sum', 'mean', 'max', 'min'].includes(node.op) && hasAxis)) return node.span;
    if (!['sum', 'mean', 'max', 'min'].includes(node.op)) queue.push(...facts.consumers(next));
  }
  return undefined;
}

export const weightParameter: Rule = {
  codes: ['sample-weight-parameter', 'loss-arity', 'parameters-swapped'],
  check(context) {
    const { candidate, fitted } = context;
    const { computes } = candidate;
    if (computes === null) return [];
    const params = computes.params.filter(
      (param) => param.name !== 'self' && (param.kind === 'positional' || param.kind === 'positionalOnly' || param.kind === 'keywordOnly'),
    );
    const found: Finding[] = [];
    const weight = params.slice(2).find((param) => /^(sample_?weights?|weights?_?sample)$/i.test(param.name));
    if (weight !== undefined && candidate.kind !== 'method' && computes.name !== '__call__') found.push(weightFinding(context, weight));
    const missing = params.slice(2).filter((param) => param.default === null);
    if (fitted && missing.length > 0 && candidate.kind !== 'method' && isNotBound(context, computes.name))
      found.push(arity(context, missing));
    const [first, second] = params;
    if (
      first !== undefined &&
      second !== undefined &&
      /^_?y_?(pred|hat)\w*$|^pred(ictions?|icted|s)?$/i.test(first.name) &&
      /^_?y_?(true|gt)\w*$|^(labels?|targets?|truth)$/i.test(second.name)
    ) {
      found.push(swapped(context, first, second));
    }
    return found;
  },
};

/** `partial(loss, weight=w)`: the rest of the parameters may be bound. */
function isNotBound({ source }: RuleContext, name: string): boolean {
  return !new RegExp(`\\bpartial\\(\\s*${name}\\b`).test(source.whole);
}

function weightFinding({ candidate, keras }: RuleContext, weight: Param): Finding {
  const needed = weight.default === null;
  return {
    code: 'sample-weight-parameter',
    severity: 'info',
    message: `Keras${keras === 'none' ? '' : ` ${keras}`} never passes ${weight.name} to a loss: it calls ${candidate.name}(y_true, y_pred) and multiplies the returned values by the weights. Return one value per sample and drop the parameter.${needed ? ' Without a default the call fails.' : ''}`,
    span: weight.span,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
  };
}

function arity({ candidate }: RuleContext, missing: readonly Param[]): Finding {
  const names = missing.map((param) => param.name).join(', ');
  return {
    code: 'loss-arity',
    severity: 'error',
    message: `Keras calls a loss with y_true and y_pred only: ${names} ${missing.length === 1 ? 'is' : 'are'} missing. Give ${missing.length === 1 ? 'it a default' : 'them defaults'}, or write a function that takes ${missing.length === 1 ? 'it' : 'them'} and returns the loss.`,
    span: missing[0]?.span ?? candidate.nameSpan,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
  };
}

function swapped({ candidate, fitted }: RuleContext, first: Param, second: Param): Finding {
  return {
    code: 'parameters-swapped',
    severity: fitted ? 'warning' : 'info',
    message: `Keras calls a loss with the targets first: ${first.name} receives y_true, and ${second.name} the predictions. Declare ${candidate.computes?.name ?? candidate.name}(${second.name}, ${first.name}).`,
    span: first.span,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
    fixes: [fix('Swap the parameters', { span: first.span, newText: second.name }, { span: second.span, newText: first.name })],
  };
}

export const classContract: Rule = {
  codes: ['super-init-missing', 'call-overridden'],
  check(context) {
    const { candidate } = context;
    const definition = candidate.owners.find((owner): owner is ClassDefinition => 'bases' in owner);
    if (candidate.kind !== 'class' || definition === undefined) return [];
    if (!definition.bases.some((base) => SURROUNDING.test(dotted(base.value)))) return [];
    return [...superInit(definition), ...overriddenCall(definition, context.asked || usesWeights(context))];
  },
};

function methodOf(definition: ClassDefinition, name: string): FunctionDefinition | undefined {
  for (const statement of definition.body)
    if (statement.kind === 'function' && statement.definition.name === name) return statement.definition;
  return undefined;
}

function superInit(definition: ClassDefinition): readonly Finding[] {
  const init = methodOf(definition, '__init__');
  if (init === undefined || callsAny(init, '__init__')) return [];
  const first = init.body.find((statement) => statement.kind !== 'expression' || statement.value.kind !== 'string');
  return [
    {
      code: 'super-init-missing',
      severity: 'error',
      message: `${definition.name}.__init__ never calls super().__init__(): the loss has no reduction, name and dtype, and Keras fails when it is used.`,
      span: init.nameSpan,
      related: [{ message: `${definition.name} is defined here`, span: definition.nameSpan }],
      fixes:
        first === undefined
          ? []
          : [
              fix('Call super().__init__() first', {
                span: { ...first.span, end: first.span.start },
                newText: `super().__init__()\n${' '.repeat(8)}`,
              }),
            ],
    },
  ];
}

function callsAny(definition: FunctionDefinition, method: string): boolean {
  return (
    collect(definition.body, 'call').some((call) => call.callee.kind === 'attribute' && call.callee.name === method) ||
    collect(definition.body, 'call').some((call) => /super|init/i.test(dotted(call.callee)) && method === '__init__')
  );
}

function usesWeight(call: FunctionDefinition): boolean {
  const names = call.params.filter((param) => /weight/i.test(param.name)).map((param) => param.name);
  return collect(call.body, 'name').some((name) => names.includes(name.name));
}

function overriddenCall(definition: ClassDefinition, matters: boolean): readonly Finding[] {
  const call = methodOf(definition, '__call__');
  if (call === undefined || callsAny(call, '__call__')) return [];
  return [
    {
      code: 'call-overridden',
      severity: usesWeight(call) || !matters ? 'info' : 'warning',
      message: `${definition.name} overrides __call__, which applies sample_weight, masks and the reduction: they are ignored. Rename it to call(self, y_true, y_pred) and return one value per sample.`,
      span: call.nameSpan,
      related: [{ message: `${definition.name} is defined here`, span: definition.nameSpan }],
      fixes: call.params.length === 3 ? [fix('Rename __call__ to call', { span: call.nameSpan, newText: 'call' })] : [],
    },
  ];
}
