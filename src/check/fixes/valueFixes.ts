/** Owns fixes of Python's own values and control flow where tensors stand, and of names and arguments of another version. */
import type { Fix } from '../../base/problem';
import type { Expr } from '../../program/program';
import type { TraceProblem } from '../../value/api';
import type { SourceIndex } from '../facts/sourceIndex';
import { fix, insertAfter, replace } from '../rules/rule';
import { autographFix } from './autograph';
import { argument, isAtom, meetsNumbers } from './edits';
import { callAt } from './shapeFixes';

/** What a built-in or a function of `math` becomes: a name, or what stands around its argument. */
const BUILTINS: Readonly<Record<string, string | readonly [before: string, after: string]>> = {
  max: 'tf.maximum',
  min: 'tf.minimum',
  abs: 'tf.abs',
  round: 'tf.round',
  float: ['tf.cast(', ', tf.float32)'],
  int: ['tf.cast(', ', tf.int32)'],
  len: ['tf.shape(', ')[0]'],
  sum: ['tf.reduce_sum(', ', axis=-1)'],
  'math.sqrt': 'tf.sqrt',
  'math.exp': 'tf.exp',
  'math.log': 'tf.math.log',
  'math.tanh': 'tf.tanh',
  'math.fabs': 'tf.abs',
  'math.pow': 'tf.pow',
};

export function builtin(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const call = callAt(problem, source);
  if (call === undefined || call.args.some(({ name, spread }) => name !== undefined || spread !== undefined)) return [];
  const name = source.text(call.callee.span);
  const wanted = BUILTINS[name];
  if (wanted === undefined || call.args.length !== (/^(max|min|math\.pow)$/.test(name) ? 2 : 1)) return [];
  if (typeof wanted === 'string') return [fix(`Use ${wanted}`, replace(call.callee.span, wanted))];
  // A list's index must be Python's own number.
  if (name === 'int' && source.nodesAround(call.span).some((node) => node.kind === 'index' && node.items.includes(call))) return [];
  const counts = /^(int|len)$/.test(name) && meetsNumbers(call, source);
  const [before, after] = counts ? [`tf.cast(${wanted[0]}`, `${wanted[1]}, tf.float32)`] : wanted;
  const inner = call.args[0]?.value.span ?? call.span;
  return [
    fix(
      `Use ${wanted[0].slice(0, -1)}`,
      replace({ ...call.span, end: inner.start }, before),
      replace({ ...call.span, start: inner.end }, after),
    ),
  ];
}

/** `a and b` of tensors with elements, `0 < p < 1`: element by element. */
export function elementwise(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const own = autographFix(problem, source);
  const expr = source.at(problem.span);
  if (own.length > 0 || expr === undefined) return own;
  if (expr.kind === 'logical' && (expr.op === 'and' || expr.op === 'or')) {
    const name = `tf.logical_${expr.op}`;
    return [
      fix(
        `Use ${name}`,
        replace({ ...expr.span, end: expr.left.span.start }, `${name}(`),
        replace({ ...expr.left.span, start: expr.left.span.end, end: expr.right.span.start }, ', '),
        // Parentheses around the operands go with what stands between and behind them.
        replace({ ...expr.span, start: expr.right.span.end }, ')'),
      ),
    ];
  }
  if (expr.kind !== 'compare' || expr.rest.length !== 2) return [];
  const [middle, last] = expr.rest;
  if (middle === undefined || last === undefined) return [];
  const both = [
    source.text({ ...expr.span, end: middle.operand.span.end }),
    source.text({ ...expr.span, start: middle.operand.span.start }),
  ];
  return [fix('Compare twice: tf.logical_and', replace(expr.span, `tf.logical_and(${both.join(', ')})`))];
}

const NUMPY: Readonly<Record<string, string>> = {
  log: 'tf.math.log',
  log1p: 'tf.math.log1p',
  mean: 'tf.reduce_mean',
  sum: 'tf.reduce_sum',
  max: 'tf.reduce_max',
  min: 'tf.reduce_min',
  power: 'tf.pow',
  clip: 'tf.clip_by_value',
};
const SAME_NAME = /^(exp|sqrt|abs|square|maximum|minimum|sign|sin|cos|tanh|where|ones_like|zeros_like|round|floor)$/;

/** NumPy's calls around this one too: their argument is the tensor then. `x.numpy()` is the tensor itself, where nothing is asked of the array. */
export function numpyCall(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const own = callAt(problem, source);
  if (own === undefined) return [];
  const { callee } = own;
  if (callee.kind === 'attribute' && callee.name === 'numpy' && own.args.length === 0) return ofTensor(own, callee.object, source);
  const wanted = tensorFunction(callee);
  if (wanted === undefined) return [];
  const edits = source.callsAround(own.span).flatMap((call) => {
    const name = tensorFunction(call.callee);
    return name === undefined ? [] : [replace(call.callee.span, name)];
  });
  return [fix(`Use ${wanted}`, ...edits)];
}

function ofTensor(call: Expr, tensor: Expr, source: SourceIndex): readonly Fix[] {
  const asked = source.nodesAround(call.span).some((node) => node.kind === 'attribute' && node.object === call);
  return asked || !isAtom(tensor) ? [] : [fix('Leave out .numpy()', replace({ ...call.span, start: tensor.span.end }, ''))];
}

function tensorFunction(callee: Expr): string | undefined {
  if (callee.kind !== 'attribute' || callee.object.kind !== 'name' || !/^(np|numpy)$/.test(callee.object.name)) return undefined;
  const { name } = callee;
  return NUMPY[name] ?? (SAME_NAME.test(name) ? `tf.${name}` : undefined);
}

export function printed(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const call = callAt(problem, source);
  return call?.callee.kind === 'name' && call.callee.name === 'print' ? [fix('Use tf.print', replace(call.callee.span, 'tf.print'))] : [];
}

/** `tf.to_float(x)` → `tf.cast(x, tf.float32)`. */
export function castFunction({ failure, span }: TraceProblem, source: SourceIndex): readonly Fix[] | undefined {
  const dtype = CASTS[String(failure.data?.path ?? '').replace(/^.*\./, '')];
  if (dtype === undefined) return undefined;
  const call = source.callsAround(span).findLast(({ callee }) => callee.span.start === span.start && callee.span.end === span.end);
  const last = call?.args.at(-1);
  return last === undefined || call?.args.length !== 1
    ? []
    : [fix('Use tf.cast', replace(span, 'tf.cast'), insertAfter(last.span, `, tf.${dtype}`))];
}

const CASTS: Readonly<Record<string, string>> = { to_float: 'float32', to_double: 'float64', to_int32: 'int32', to_int64: 'int64' };

/** An argument's present name; `self` that a method lacks. */
export function argumentName(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const { keyword, suggestion } = problem.failure.data ?? {};
  const call = callAt(problem, source);
  const given = call?.args.find(({ name }) => name !== undefined && name === keyword);
  if (given !== undefined && typeof suggestion === 'string') {
    const place = { ...given.span, end: given.span.start + String(keyword).length };
    return source.text(place) === keyword ? [fix(`Use ${suggestion}`, replace(place, suggestion))] : [];
  }
  const text = source.text({ ...problem.span, end: problem.span.end + 1 });
  const open = { ...problem.span, start: problem.span.end + 1, end: problem.span.end + 1 };
  const selfless = text === 'call(' && !/^\s*self\b/.test(source.text({ ...open, end: open.start + 12 }));
  return selfless ? [fix('Add self', replace(open, 'self, '))] : [];
}

/** What the enum's members and `auto` are in Keras 3. */
const REDUCTIONS: Readonly<Record<string, string>> = {
  auto: '"sum_over_batch_size"',
  sum_over_batch_size: '"sum_over_batch_size"',
  sum: '"sum"',
  none: 'None',
};

/** The `reduction=` of a call, in the words of Keras 3. */
export function reductionName(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const calls = source.callsAround(problem.span);
  const expr = source.at(problem.span);
  const call =
    expr?.kind === 'call'
      ? expr
      : calls.findLast(({ callee }) => callee.span.start === problem.span.start && callee.span.end === problem.span.end);
  const given = call === undefined ? undefined : argument(call, 'reduction', -1)?.value;
  if (given === undefined) return reductionMember(problem, source);
  const name = given.kind === 'string' ? given.value : given.kind === 'attribute' ? given.name : '';
  const wanted = REDUCTIONS[name.toLowerCase()];
  return wanted === undefined ? [] : [fix(`Use ${wanted}`, replace(given.span, wanted))];
}

/** `keras.losses.Reduction.SUM`, wherever it stands. */
export function reductionMember(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const member = source
    .nodesAround(problem.span)
    .find((node) => node.kind === 'attribute' && /\bReduction\.\w+$/.test(source.text(node.span)));
  const wanted = member?.kind === 'attribute' ? REDUCTIONS[member.name.toLowerCase()] : undefined;
  return wanted === undefined || member === undefined ? [] : [fix(`Use ${wanted}`, replace(member.span, wanted))];
}
