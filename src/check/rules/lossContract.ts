/** Owns what Keras asks of a loss class and of a sample_weight parameter. */
import type { ClassDefinition, Expr, FunctionDefinition, Param } from '../../program/program';
import { collect } from '../../program/walk';
import { dotted } from './body';
import { usesWeights } from './returns';
import { type Finding, fix, insertAfter, insertBefore, type Rule, type RuleContext, replace } from './rule';

const SURROUNDING = /(^|\.)(Loss|LossFunctionWrapper)$/;

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
    // TensorFlow 1's losses were called by their authors, in an order of their own.
    if (
      (fitted || !context.lenient) &&
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
  if (init === undefined) return [];
  const skipped = superOfBase(definition, init);
  if (skipped !== undefined) return [skipped];
  if (callsAny(init, '__init__')) return [];
  const first = init.body.find((statement) => statement.kind !== 'expression' || statement.value.kind !== 'string');
  const uncalled = init.body.find(
    (s) => s.kind === 'expression' && s.value.kind === 'attribute' && s.value.name === '__init__' && s.value.object.kind !== 'name',
  );
  return [
    {
      code: 'super-init-missing',
      severity: 'error',
      message: `${definition.name}.__init__ never calls super().__init__()${uncalled === undefined ? '' : ' (it only names it)'}: the loss has no reduction, name and dtype, and Keras fails when it is used.`,
      span: uncalled?.span ?? init.nameSpan,
      related: [{ message: `${definition.name} is defined here`, span: definition.nameSpan }],
      fixes:
        uncalled !== undefined
          ? [fix('Call it', insertAfter(uncalled.span, '()'))]
          : first === undefined
            ? []
            : [fix('Call super().__init__() first', insertBefore(first.span, `super().__init__()\n${' '.repeat(8)}`))],
    },
  ];
}

/** `super(keras.losses.Loss, self).__init__()` goes on after Loss: Loss.__init__ itself is left out. */
function superOfBase(definition: ClassDefinition, init: FunctionDefinition): Finding | undefined {
  for (const call of collect(init.body, 'call')) {
    if (call.callee.kind !== 'attribute' || call.callee.name !== '__init__' || call.callee.object.kind !== 'call') continue;
    const { callee, args } = call.callee.object;
    const [type] = args;
    if (dotted(callee) !== 'super' || type === undefined || !definition.bases.some((base) => dotted(base.value) === dotted(type.value)))
      continue;
    return {
      code: 'super-init-missing',
      severity: 'error',
      message: `super(${dotted(type.value)}, self) looks behind ${dotted(type.value)}, so its own __init__ is never called: the loss has no reduction, name and dtype, and Keras fails when it is used. Write super().__init__(…).`,
      span: call.span,
      related: [{ message: `${definition.name} is defined here`, span: definition.nameSpan }],
      fixes: [fix('Write super()', replace(call.callee.object.span, 'super()'))],
    };
  }
  return undefined;
}

/** `Loss().__init__()`: of an object that is made there, not of self. */
function isOfAnother(object: Expr): boolean {
  return object.kind === 'call' && dotted(object.callee) !== 'super';
}

function callsAny(definition: FunctionDefinition, method: string): boolean {
  const calls = collect(definition.body, 'call').filter(({ callee }) => callee.kind !== 'attribute' || !isOfAnother(callee.object));
  return (
    calls.some((call) => call.callee.kind === 'attribute' && call.callee.name === method) ||
    (method === '__init__' && calls.some((call) => /init/i.test(dotted(call.callee))))
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
