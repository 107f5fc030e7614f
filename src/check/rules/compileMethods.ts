/** Owns methods and lambdas that compile() is given and that Keras cannot call with a pair, and losses that were called without one. */
import type { CompileCall } from '../../program/candidate';
import type { AttributeExpr, CallExpr, Expr, FunctionDefinition, Param } from '../../program/program';
import { statementsOf } from '../../program/walk';
import { type CompileContext, classOf } from './compileBinding';
import { type Finding, fix, insertAfter, insertBefore, replace } from './rule';

const isPositional = ({ kind }: Param) => kind === 'positional' || kind === 'positionalOnly';
const takesMore = ({ params }: FunctionDefinition) => params.some(({ kind }) => kind === 'varPositional');

/** `Losses.mse` without an object, and methods that forgot self. */
export function methodArity(context: CompileContext, compile: CompileCall, method: AttributeExpr, given: Expr): readonly Finding[] {
  const owner = classOf(context, compile, method.object);
  const definition = owner?.definition.body
    .flatMap((s) => (s.kind === 'function' && s.definition.name === method.name ? [s.definition] : []))
    .at(-1);
  if (owner === undefined || definition === undefined || definition.decorators.length > 0 || takesMore(definition)) return [];
  const params = definition.params.filter(isPositional);
  const [first] = params;
  const text = context.text(method.span);
  const related = [
    { message: `${method.name} is defined here`, span: definition.nameSpan },
    ...(given === method ? [] : [{ message: `${text} is taken here`, span: method.span }]),
  ];
  if (!owner.instance && first?.name === 'self' && params.length === 3 && params.every((param) => param.default === null)) {
    const made = owner.definition.body.find((s) => s.kind === 'function' && s.definition.name === '__init__');
    const needs =
      made?.kind === 'function' && made.definition.params.slice(1).some((param) => isPositional(param) && param.default === null);
    return [
      {
        code: 'loss-arity',
        severity: 'error',
        message: `${text} is a method without its object: Keras calls it with y_true and y_pred, self gets y_true, and ${params[2]?.name} is missing. Take it from an instance: ${owner.definition.name}(${needs ? '…' : ''}).${method.name}.`,
        span: given.span,
        related,
        fixes: needs ? [] : [fix(`Make an instance: ${owner.definition.name}()`, insertAfter(method.object.span, '()'))],
      },
    ];
  }
  if (owner.instance && first !== undefined && first.name !== 'self' && params.length === 2) {
    return [
      {
        code: 'loss-arity',
        severity: 'error',
        message: `${method.name} is a method, and has no parameter for its object: with y_true and y_pred Keras hands over one more than the two it takes. Put self first, or make it a @staticmethod.`,
        span: given.span,
        related,
        fixes: [fix('Put self first', insertBefore(first.span, 'self, '))],
      },
    ];
  }
  return [];
}

/** A lambda with further parameters. */
export function lambdaArity({ definition, span }: Extract<Expr, { readonly kind: 'function' }>, given: Expr): readonly Finding[] {
  const params = definition.params.filter(isPositional);
  const missing = params.slice(2).filter((param) => param.default === null);
  if (missing.length === 0 && (params.length >= 2 || takesMore(definition))) return [];
  return [
    {
      code: 'loss-arity',
      severity: 'error',
      message:
        missing.length === 0
          ? `Keras calls a loss with y_true and y_pred; this lambda takes ${params.length === 0 ? 'no argument' : 'one argument'}.`
          : `Keras calls a loss with y_true and y_pred only: ${missing.map(({ name }) => name).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. Give ${missing.length === 1 ? 'it a default' : 'them defaults'}, or take ${missing.length === 1 ? 'it' : 'them'} from around the lambda.`,
      span: missing[0]?.span ?? span,
      related: given.span === span ? [] : [{ message: 'it is given to compile() here', span: given.span }],
    },
  ];
}

/** `compile(loss=mse())` of a loss, not a factory. */
export function calledWithoutData(call: CallExpr, given: Expr, definition: FunctionDefinition): readonly Finding[] {
  const { name, decorators } = definition;
  const required = definition.params.filter((param) => isPositional(param) && param.default === null);
  if (required.length !== 2 || decorators.length > 0 || makesFunction(definition)) return [];
  return [
    {
      code: 'loss-called',
      severity: 'error',
      message: `${name}() calls the loss without ${required.map((param) => param.name).join(' and ')}, which fails. Pass the function: loss=${name}.`,
      span: call.span,
      related: [
        ...(given === call ? [] : [{ message: 'it is given to compile() here', span: given.span }]),
        { message: `${name} is defined here`, span: definition.nameSpan },
      ],
      fixes: [fix(`Pass ${name} itself`, replace(call.span, name))],
    },
  ];
}

function makesFunction({ body }: FunctionDefinition): boolean {
  return statementsOf(body).some((s) => s.kind === 'function' || (s.kind === 'return' && s.value?.kind === 'function'));
}
