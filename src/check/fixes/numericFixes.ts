/** Owns fixes of numbers: stable forms of logarithms and exponentials, epsilons that do something, roots that have a slope, float16 left first. */
import type { Edit, Fix } from '../../base/problem';
import { sameSpan } from '../../base/span';
import type { CallExpr, Expr, FunctionDefinition } from '../../program/program';
import { collect } from '../../program/walk';
import { type SourceIndex, spelling } from '../facts/sourceIndex';
import { findAbove } from '../rules/patterns';
import { type Finding, fix, insertAfter, insertBefore, type RuleContext, replace } from '../rules/rule';
import { argument, atom, literalInteger, withoutComments, wrap } from './edits';

/** The softmax that is written out, the logarithm of a sum of exponentials, of 1 + exp, of cosh. */
export function boundedExponent({ span, related = [] }: Finding, context: RuleContext): readonly Fix[] {
  const { source, facts } = context;
  const exp = source.at(span);
  const whole = related[0] === undefined ? undefined : source.at(related[0].span);
  const [z] = exp?.kind === 'call' ? exp.args : [];
  if (exp?.kind !== 'call' || z === undefined || exp.args.length !== 1) return [];
  if (whole?.kind === 'call') return ofLogarithm(whole, exp, z.value, source);
  // Of what is logged the stable form is another one.
  const logged = facts.nodes.some(
    (node) =>
      node.op === 'log' &&
      findAbove(context, node.inputs[0] ?? -1, (each) => each.span !== null && sameSpan(each.span, whole?.span ?? span)) !== undefined,
  );
  if (whole?.kind !== 'binary' || logged) return [];
  const text = source.text(z.value.span);
  const sum = whole.right.kind === 'call' ? whole.right : undefined;
  const summed = sum?.args[0]?.value;
  const axis = sum === undefined ? undefined : argument(sum, 'axis', 1);
  const same = summed?.kind === 'call' && summed !== exp && source.text(summed.span) === source.text(exp.span);
  if (whole.left === exp && same && axis !== undefined)
    return [fix('Use tf.nn.softmax', replace(whole.span, `tf.nn.softmax(${text}, axis=${source.text(axis.value.span)})`))];
  if (whole.left.kind !== 'name') return [];
  return [
    fix('Subtract the maximum first', replace(z.value.span, `${atom(z.value, source)} - tf.reduce_max(${text}, axis=-1, keepdims=True)`)),
  ];
}

function ofLogarithm(log: CallExpr, exp: CallExpr, z: Expr, source: SourceIndex): readonly Fix[] {
  const [inside] = log.args;
  if (inside === undefined || log.args.length !== 1) return [];
  const text = source.text(z.span);
  const { value } = inside;
  if (spelling(exp) === 'cosh' && value === exp) {
    const x = atom(z, source);
    return [fix('Use softplus', replace(log.span, `(${x} + tf.nn.softplus(-2.0 * ${x}) - 0.6931472)`))];
  }
  if (value.kind === 'call' && /^(reduce_sum|sum)$/.test(spelling(value)) && value.args[0]?.value === exp) {
    const rest = value.args.slice(1).map((arg) => `, ${source.text(arg.span)}`);
    return [fix('Use tf.reduce_logsumexp', replace(log.span, `tf.reduce_logsumexp(${text}${rest.join('')})`))];
  }
  const one = value.kind === 'binary' && value.op === '+' ? (value.right === exp ? value.left : value.right) : undefined;
  const plusOne = (one?.kind === 'number' && one.value === 1) || (spelling(log) === 'log1p' && value === exp);
  return plusOne ? [fix('Use tf.nn.softplus', replace(log.span, `tf.nn.softplus(${text})`))] : [];
}

/** `p = softmax(z)` … `log(p)`: the log of a name that is set once. */
export function logOfName({ span }: Finding, { source, candidate }: RuleContext): readonly Fix[] {
  const log = source.at(span);
  const [inside] = log?.kind === 'call' ? log.args : [];
  if (log?.kind !== 'call' || log.args.length !== 1 || inside?.value.kind !== 'name' || candidate.computes === null) return [];
  const { name } = inside.value;
  const assigned = collect(candidate.computes.body, 'assign').flatMap((node) =>
    'targets' in node && node.targets.some((target) => collect([target], 'name').some((each) => each.name === name)) ? [node] : [],
  );
  const [only] = assigned;
  if (assigned.length !== 1 || only?.value?.kind !== 'call' || only.value.args.some(({ spread }) => spread !== undefined)) return [];
  const stable = STABLE[spelling(only.value)];
  const reset = collect(
    only.value.args.map(({ value }) => value),
    'name',
  ).some((each) => isSetIn(candidate.computes, each.name, only.span.end));
  const axis = argument(only.value, 'axis', 1)?.value;
  // Over another axis than the last there is more to mend.
  if (stable === undefined || reset || (axis !== undefined && literalInteger(axis) !== -1)) return [];
  return [fix(`Use ${stable}`, replace(log.span, `${stable}(${only.value.args.map((arg) => source.text(arg.span)).join(', ')})`))];
}

const STABLE: Readonly<Record<string, string>> = { softmax: 'tf.nn.log_softmax', sigmoid: 'tf.math.log_sigmoid' };

function isSetIn(definition: FunctionDefinition | null, name: string, after: number): boolean {
  return collect(definition?.body ?? [], 'assign').some(
    (node) =>
      node.span.start >= after && 'targets' in node && node.targets.some((target) => target.kind === 'name' && target.name === name),
  );
}

/** Smaller ones are lost beside 1. */
const SMALLEST_USEFUL = 6e-8;

/** The small number in the place becomes 1e-7; where float16 is to blame, the loss leaves it first. */
export function largerEpsilon(finding: Finding, context: RuleContext): readonly Fix[] {
  if (/float16/.test(finding.message)) return leaveHalf(finding, context);
  const expr = context.source.at(finding.span);
  const small = expr === undefined ? [] : collect([expr], 'number').filter(({ value }) => value > 0 && value < SMALLEST_USEFUL);
  const [only] = small;
  return only === undefined || small.length !== 1 ? [] : [fix('Use 1e-7', replace(only.span, '1e-7'))];
}

/** `y_pred = tf.cast(y_pred, tf.float32)`, and the other one, before all else. */
export function leaveHalf(_finding: Finding, { candidate, source }: RuleContext): readonly Fix[] {
  const [first] = candidate.computes?.body.filter((each) => each.kind !== 'expression' || each.value.kind !== 'string') ?? [];
  const names = candidate.params.slice(0, 2).map(({ name }) => name);
  // What the loss itself makes float16 of, it is not handed over as.
  const own = candidate.computes === null || /\bfloat16\b/.test(withoutComments(source.text(candidate.computes.span)));
  if (first === undefined || own || candidate.computes?.isArrow !== false || names.length < 2) return [];
  const indent = source.lineBefore(first.span);
  if (indent.trim() !== '') return [];
  const lines = names.map((name) => `${name} = tf.cast(${name}, tf.float32)\n${indent}`);
  return [fix('Cast to float32 first', insertBefore(first.span, lines.join('')))];
}

const EPSILON = '1e-12';

/** Norms written out with an epsilon, and `x ** 0.5`. */
export function rootWithSlope({ span }: Finding, { source }: RuleContext): readonly Fix[] {
  const expr = source.at(span);
  if (expr?.kind === 'binary' && expr.op === '**') {
    const atomic = expr.left.kind === 'call' || expr.left.kind === 'name';
    const edits: readonly Edit[] = atomic ? wrap(expr.left.span, '(', ` + ${EPSILON})`) : [];
    return atomic ? [fix('Add an epsilon inside the root', ...edits)] : [];
  }
  if (expr?.kind !== 'call') return [];
  const [x, ...rest] = expr.args;
  if (x === undefined || x.spread !== undefined || rest.some(({ name }) => !/^(axis|keepdims)$/.test(name ?? '-'))) return [];
  const others = rest.map((arg) => `, ${source.text(arg.span)}`).join('');
  const text = source.text(x.value.span);
  switch (spelling(expr)) {
    case 'norm':
    case 'euclidean_norm':
    case 'reduce_euclidean_norm':
      return [
        fix('Write it with an epsilon in the root', replace(expr.span, `tf.sqrt(tf.reduce_sum(tf.square(${text})${others}) + ${EPSILON})`)),
      ];
    case 'reduce_std':
      return [
        fix('Write it with an epsilon in the root', replace(expr.span, `tf.sqrt(tf.math.reduce_variance(${text}${others}) + ${EPSILON})`)),
      ];
    case 'sqrt':
      return [fix('Add an epsilon inside the root', insertAfter(x.value.span, ` + ${EPSILON}`))];
    default:
      return [];
  }
}

/** Only beside a hard term does the factor matter: the soft one gets it. */
export function squaredTemperature({ span, message }: Finding, { source }: RuleContext): readonly Fix[] {
  const temperature = /softened by (.+?) shrink/.exec(message)?.[1];
  const expr = source.at(span);
  if (temperature === undefined || expr?.kind !== 'call' || !/^[\w.]+$/.test(temperature)) return [];
  return [fix(`Multiply by ${temperature} * ${temperature}`, insertBefore(span, `${temperature} * ${temperature} * `))];
}
