/** Owns what `model.compile(loss=…)` is given: factories and classes that were not called, losses that were, names that do not exist. */

import { LIBRARY } from '../../api/library';
import type { Severity } from '../../base/problem';
import type { CompileCall } from '../../program/candidate';
import type { CallExpr, ClassDefinition, Expr, FunctionDefinition, Module } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import { findCompiles } from '../../python/compiles';
import { isFactory } from '../../trace/functions';
import { dotted, isKerasLossBase } from './body';
import { binding, type CompileContext } from './compileBinding';
import { calledWithoutData, lambdaArity, methodArity } from './compileMethods';
import { editDistance } from './editDistance';
import { type Finding, fix, insertAfter, replace } from './rule';

export const COMPILE_CODES: readonly string[] = [
  'loss-not-made',
  'loss-called',
  'class-not-instance',
  'loss-name-unknown',
  'loss-arity',
  'missing-return',
  'call-missing',
];

export function checkCompiles(context: CompileContext): readonly Finding[] {
  const given = findCompiles(context.module).flatMap((compile) =>
    compile.loss === null ? [] : checkGiven(context, compile, compile.loss),
  );
  return [...given, ...classesWithoutCall(context.module)];
}

function checkGiven(context: CompileContext, compile: CompileCall, given: Expr): readonly Finding[] {
  if (given.kind === 'list' || given.kind === 'tuple') return given.items.flatMap((item) => checkGiven(context, compile, item));
  if (given.kind === 'dict') return given.entries.flatMap((entry) => checkGiven(context, compile, entry.value));
  if (given.kind === 'string') return unknownName(context, given.value, given);
  if (given.kind === 'call') return calledLoss(context, compile, given, given);
  if (given.kind === 'attribute') return methodArity(context, compile, given, given);
  if (given.kind === 'function') return lambdaArity(given, given);
  if (given.kind !== 'name') return [];
  const bound = binding(context, compile, given.name);
  if (bound?.kind === 'function') return givenFunction(context, given, bound.definition);
  if (bound?.kind === 'class') return givenClass(context, given, bound.definition);
  if (bound?.kind !== 'assign' || bound.value === null) return [];
  if (bound.value.kind === 'call') return calledLoss(context, compile, bound.value, given);
  if (bound.value.kind === 'attribute') return methodArity(context, compile, bound.value, given);
  return bound.value.kind === 'function' ? lambdaArity(bound.value, given) : [];
}

function givenFunction(_context: CompileContext, given: Expr, definition: FunctionDefinition): readonly Finding[] {
  const name = definition.name;
  const related = [{ message: `${name} is defined here`, span: definition.nameSpan }];
  if (isFactory(definition) && !takesPair(definition)) {
    const needed = definition.params.filter(
      (param) => param.default === null && (param.kind === 'positional' || param.kind === 'positionalOnly'),
    );
    return [
      {
        code: 'loss-not-made',
        severity: 'error',
        message: `${name} makes a loss and is none itself: Keras calls ${name}(y_true, y_pred) and gets a function back. Pass ${name}(${needed.length === 0 ? '' : '…'}).`,
        span: given.span,
        related,
        fixes: needed.length === 0 ? [fix(`Call ${name}()`, insertAfter(given.span, '()'))] : [],
      },
    ];
  }
  return arity(given, definition, related);
}

/** A function that takes truth and prediction by name is a loss, whatever it returns. */
function takesPair(definition: FunctionDefinition): boolean {
  return (
    definition.params.some((param) => /^y_?true$/i.test(param.name)) && definition.params.some((param) => /^y_?pred$/i.test(param.name))
  );
}

function arity(given: Expr, definition: FunctionDefinition, related: Finding['related']): readonly Finding[] {
  const positional = definition.params.filter((param) => param.kind === 'positional' || param.kind === 'positionalOnly');
  if (definition.params.some((param) => param.kind === 'varPositional')) return [];
  if (positional.length >= 2) return [];
  return [
    {
      code: 'loss-arity',
      severity: 'error',
      message: `Keras calls a loss with y_true and y_pred; ${definition.name} takes ${positional.length === 0 ? 'no argument' : 'one argument'}.`,
      span: given.span,
      related: related ?? [],
    },
  ];
}

function givenClass({ keras }: CompileContext, given: Expr, definition: ClassDefinition): readonly Finding[] {
  const severity: Severity = keras === 3 ? 'info' : 'error';
  return [
    {
      code: 'class-not-instance',
      severity,
      message: `compile() is given the class ${definition.name}, not a loss: write ${definition.name}(). Keras 3 happens to make an instance; Keras 2 calls the constructor with the tensors and fails.`,
      span: given.span,
      related: [{ message: `${definition.name} is defined here`, span: definition.nameSpan }],
      fixes: [fix(`Make an instance: ${definition.name}()`, insertAfter(given.span, '()'))],
    },
  ];
}

/** `loss=my_loss(a, b)`: the function is called here, and its tensor handed over. */
function calledLoss(context: CompileContext, compile: CompileCall, call: CallExpr, given: Expr): readonly Finding[] {
  if (call.callee.kind !== 'name') return [];
  const bound = binding(context, compile, call.callee.name);
  if (bound?.kind === 'class') return classWithoutCall(given, bound.definition);
  if (bound?.kind === 'function') {
    const missing = factoryWithoutReturn(given, bound.definition);
    if (missing.length > 0) return missing;
  }
  if (bound?.kind === 'function' && call.args.length === 0) return calledWithoutData(call, given, bound.definition);
  if (call.args.length < 2) return [];
  if (bound?.kind !== 'function' || isFactory(bound.definition)) return [];
  const { definition } = bound;
  if (!returnsValue(definition) || !isLossLike(definition)) return [];
  const { name } = definition;
  return [
    {
      code: 'loss-called',
      severity: 'error',
      message: `compile(loss=…) is given ${name}(…), which is a tensor: the loss is called here once instead of in every step. Pass the function: loss=${name}.`,
      span: given.span,
      related: [
        { message: `${name} is called here`, span: call.span },
        { message: `${name} is defined here`, span: definition.nameSpan },
      ],
      fixes:
        given === call ? [fix(`Pass ${name} itself`, replace(call.span, name))] : [fix(`Pass ${name} itself`, replace(given.span, name))],
    },
  ];
}

/** The nested function is defined and never returned. */
function factoryWithoutReturn(given: Expr, definition: FunctionDefinition): readonly Finding[] {
  const inner = definition.body.find((s) => s.kind === 'function' && s.definition.params.length >= 2);
  if (inner?.kind !== 'function' || statementsOf(definition.body).some((s) => s.kind === 'return')) return [];
  const { name } = inner.definition;
  return [
    {
      code: 'missing-return',
      severity: 'error',
      message: `${definition.name} defines ${name} and does not return it: compile() receives None.`,
      span: inner.definition.nameSpan,
      related: [
        { message: 'the loss is made here', span: given.span },
        { message: `${definition.name} is defined here`, span: definition.nameSpan },
      ],
      fixes: [fix(`Return ${name}`, insertAfter(inner.span, `\n    return ${name}`))],
    },
  ];
}

/** keras.losses.Loss has no call of its own. */
function classWithoutCall(given: Expr | null, definition: ClassDefinition): readonly Finding[] {
  if (!definition.bases.some((base) => /(^|\.)Loss$/.test(dotted(base.value))) || definition.bases.length !== 1) return [];
  const methods = definition.body.flatMap((s) => (s.kind === 'function' ? [s.definition] : []));
  if (methods.some(({ name }) => name === 'call' || name === '__call__')) return [];
  const likely = methods.find(({ name, params }) => !/^__|^get_config$/.test(name) && params.length === 3);
  if (given === null && (likely === undefined || !COMPUTES.test(likely.name))) return [];
  return [
    {
      code: 'call-missing',
      severity: 'error',
      message: `${definition.name} has no method call(self, y_true, y_pred): Keras calls that one, and keras.losses.Loss does not implement it.`,
      span: likely?.nameSpan ?? definition.nameSpan,
      related: [
        ...(given === null ? [] : [{ message: 'it is given to compile() here', span: given.span }]),
        { message: `${definition.name} is defined here`, span: definition.nameSpan },
      ],
      fixes: likely === undefined ? [] : [fix(`Rename ${likely.name} to call`, replace(likely.nameSpan, 'call'))],
    },
  ];
}

/** What people name the method that computes a loss. */
const COMPUTES = /^_?(forward|calls?|cal|compute\w*|calc\w*|loss\w*|apply|run)$/i;

/** Classes that nothing in the file derives from, whether compile() gets them or not. */
function classesWithoutCall(module: Module): readonly Finding[] {
  const classes = module.body.flatMap((s) => (s.kind === 'class' ? [s.definition] : []));
  const bases = new Set(classes.flatMap((each) => each.bases.map((base) => dotted(base.value))));
  return classes.flatMap((definition) =>
    bases.has(definition.name) || !definition.bases.some((base) => isKerasLossBase(module, dotted(base.value)))
      ? []
      : classWithoutCall(null, definition),
  );
}

function isLossLike(definition: FunctionDefinition): boolean {
  const [first, second] = definition.params;
  if (first === undefined || second === undefined) return false;
  return takesPair(definition) || (definition.params.length === 2 && definition.params.every((param) => param.default === null));
}

/** Returns an expression that is neither a function nor something that may be one. */
function returnsValue(definition: FunctionDefinition): boolean {
  const returns = statementsOf(definition.body).flatMap((s) => (s.kind === 'return' && s.value !== null ? [s.value] : []));
  return (
    returns.length > 0 &&
    returns.every(
      (value) =>
        value.kind === 'binary' ||
        value.kind === 'unary' ||
        (value.kind === 'call' && /(^|\.)(tf|K|ops|np|keras)\./.test(`${dotted(value.callee)}.`)),
    )
  );
}

const SHORT = new Set(
  'mse MSE mae MAE mape MAPE msle MSLE bce BCE kld KLD cosine_similarity mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy binary_focal_crossentropy categorical_focal_crossentropy kl_divergence kullback_leibler_divergence poisson hinge squared_hinge categorical_hinge huber huber_loss Huber log_cosh logcosh LogCosh crossentropy ce dice Dice tversky Tversky ctc CTC circle Circle cosine_proximity cosine'.split(
    ' ',
  ),
);

function unknownName(context: CompileContext, name: string, given: Expr): readonly Finding[] {
  if (SHORT.has(name) || /^[A-Z]/.test(name) || name === '' || registers(context.module)) return [];
  const known = ['keras.losses', 'tf.keras.losses'].some((root) => LIBRARY.resolve(`${root}.${name}`, context.keras).kind === 'entry');
  if (known) return [];
  const near = nearest(name);
  if (near === undefined && !makesKerasModels(context)) return [];
  return [
    {
      code: 'loss-name-unknown',
      severity: 'error',
      message: `there is no loss "${name}" in Keras${near === undefined ? '' : `; did you mean "${near}"?`} A loss of your own is passed as the function, or registered under its name.`,
      span: given.span,
      fixes: near === undefined ? [] : [fix(`Use "${near}"`, replace(given.span, `'${near}'`))],
    },
  ];
}

/** Models of other libraries compile with names of their own. */
function makesKerasModels({ module, text }: CompileContext): boolean {
  const made = collect(module.body, 'call').map(({ callee }) => text(callee.span));
  return made.some((callee) => /^((\w+\.)*keras\.(models\.)?|models\.)?(Sequential|Model)$/.test(callee));
}

/** Custom objects make further names known. */
function registers(module: Module): boolean {
  return (
    JSON.stringify(module.body, (key, value) => (key === 'span' || key === 'nameSpan' ? undefined : value)).match(
      /custom_object|register_keras_serializable/i,
    ) !== null
  );
}

function nearest(name: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '');
  return (
    [...SHORT].find((each) => plain(each) === plain(name)) ??
    [...SHORT].find((each) => editDistance(plain(each), plain(name)) <= 2 && name.length > 4)
  );
}
