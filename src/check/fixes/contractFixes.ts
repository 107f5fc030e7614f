/** Owns fixes of what a loss returns and how it is called: axes of reductions, sums for lists, Keras' own hooks, random numbers of the graph. */
import type { Fix } from '../../base/problem';
import type { CallExpr, Expr, FunctionDefinition } from '../../program/program';
import { collect } from '../../program/walk';
import { hasRole } from '../../shape/dim';
import { spelling } from '../facts/sourceIndex';
import { type Finding, fix, type RuleContext, replace } from '../rules/rule';
import { argument, atom, literalInteger, literalIntegers, withArgument, wrap } from './edits';

const REDUCTION = /^(reduce_mean|reduce_sum|mean|sum)$/;

/** The call whose value is returned, behind a sign. */
function returnedReduction({ span }: Finding, { source }: RuleContext): CallExpr | undefined {
  let expr = source.at(span);
  while (expr?.kind === 'unary') expr = expr.operand;
  return expr?.kind === 'call' && REDUCTION.test(spelling(expr)) ? expr : undefined;
}

/** A reduction over everything becomes one over all axes but the batch. */
export function perSample(finding: Finding, context: RuleContext): readonly Fix[] {
  const call = returnedReduction(finding, context);
  const [x] = call?.args ?? [];
  if (call === undefined || x === undefined || call.args.length !== 1) return [];
  const { facts } = context;
  const node = facts.valueAt(x.value.span) ?? inputNamed(x.value, context);
  const shape = node === undefined ? [] : facts.shape(node);
  // What a squeeze without axis leaves of a batch of one sample has fewer axes.
  const squeezed = /\bsqueeze\(\s*[^,()]*(\([^()]*\)[^,()]*)*\)/.test(
    context.source.text(context.candidate.computes?.span ?? finding.span),
  );
  if (shape.length < 2 || !hasRole(shape[0] ?? 0, 'batch') || squeezed) return [];
  const axis =
    shape.length === 2
      ? '-1'
      : `[${shape
          .slice(1)
          .map((_, i) => i + 1)
          .join(', ')}]`;
  const edit = withArgument(call, 'axis', 1, axis);
  return edit === undefined ? [] : [fix(`One value for each sample: axis=${axis}`, edit)];
}

function inputNamed(expr: Expr, { candidate, outcome }: RuleContext) {
  if (expr.kind !== 'name') return undefined;
  const place = candidate.params.findIndex(({ name }) => name === expr.name);
  return place === 0 ? outcome.inputs.y_true : place === 1 ? outcome.inputs.y_pred : undefined;
}

/** The batch axis is left out of those that are reduced. */
export function keepBatch(finding: Finding, context: RuleContext): readonly Fix[] {
  const call = returnedReduction(finding, context);
  const given = call === undefined ? undefined : argument(call, 'axis', 1)?.value;
  if (given === undefined) return [];
  if (literalInteger(given) === 0) return [fix('Use axis=-1', replace(given.span, '-1'))];
  const left = literalIntegers(given)?.filter((axis) => axis !== 0);
  if (left === undefined || left.length === 0) return [];
  const text = left.length === 1 ? String(left[0]) : `[${left.join(', ')}]`;
  return [fix(`Use axis=${text}`, replace(given.span, text))];
}

export function meanOfElements(finding: Finding, { source, outcome }: RuleContext): readonly Fix[] {
  const expr = source.at(finding.span);
  const shape = outcome.value === null ? [] : outcome.build.shape(outcome.value);
  return expr === undefined || shape.length !== 2
    ? []
    : [fix('Mean over the last axis', ...wrap(finding.span, 'tf.reduce_mean(', ', axis=-1)'))];
}

/** One tensor for several: their sum. */
export function sumOfParts({ span }: Finding, { source }: RuleContext): readonly Fix[] {
  const expr = source.at(span);
  const parts =
    expr?.kind === 'list' || expr?.kind === 'tuple' ? expr.items : expr?.kind === 'dict' ? expr.entries.map(({ value }) => value) : [];
  if (parts.length < 2 || parts.some(({ kind }) => kind === 'string' || kind === 'none' || kind === 'dict' || kind === 'list')) return [];
  const texts = parts.map((part) => (part.kind === 'binary' || part.kind === 'unary' ? source.text(part.span) : atom(part, source)));
  return [fix('Return their sum', replace(span, texts.join(' + ')))];
}

/** `__call__(self, y_true, y_pred, sample_weight=None)` → `call(self, y_true, y_pred)`, where the weights are not looked at. */
export function plainCall({ span }: Finding, { candidate }: RuleContext): readonly Fix[] {
  const methods = candidate.owners.flatMap((owner) => owner.body).flatMap((each) => (each.kind === 'function' ? [each.definition] : []));
  const definition = methods.find(({ nameSpan }) => nameSpan.start === span.start);
  const [, , prediction, weight, ...more] = definition?.params ?? [];
  if (definition === undefined || prediction === undefined || weight === undefined || more.length > 0 || isRead(definition, weight.name))
    return [];
  return [
    fix('Rename __call__ to call', replace(span, 'call'), replace({ ...span, start: prediction.span.end, end: weight.span.end }, '')),
  ];
}

function isRead({ body }: FunctionDefinition, name: string): boolean {
  return collect(body, 'name').some((each) => each.name === name);
}

/** What draws anew in every step. */
const DRAWS: Readonly<Record<string, string>> = {
  'random.random': 'uniform',
  'np.random.rand': 'uniform',
  'np.random.random': 'uniform',
  'np.random.randn': 'normal',
  'random.uniform': 'uniform',
  'np.random.uniform': 'uniform',
  'random.gauss': 'normal',
  'random.normalvariate': 'normal',
  'np.random.normal': 'normal',
};

export function drawnInGraph({ span }: Finding, { source }: RuleContext): readonly Fix[] {
  const call = source.at(span);
  if (call?.kind !== 'call' || call.args.some(({ name, spread }) => name !== undefined || spread !== undefined)) return [];
  const name = source.text(call.callee.span).replace(/^numpy\./, 'np.');
  const kind = DRAWS[name];
  const sized = /^np\.random\.(rand|randn|random)$/.test(name);
  if (kind === undefined || (sized ? call.args.length > 0 : call.args.length > 2)) return [];
  const bounds = call.args.map((arg) => `, ${source.text(arg.span)}`).join('');
  return [fix(`Use tf.random.${kind}`, replace(call.span, `tf.random.${kind}([]${bounds})`))];
}

/** Of `p[0]` and `y[0]` the index goes, wherever it stands. */
export function wholeBatch({ span }: Finding, { source, candidate }: RuleContext): readonly Fix[] {
  const own = source.at(span);
  const [item] = own?.kind === 'index' ? own.items : [];
  if (own?.kind !== 'index' || own.object.kind !== 'name' || item?.kind !== 'number') return [];
  const names = candidate.params.map(({ name }) => name);
  const same = collect(candidate.computes?.body ?? [], 'index').filter(
    ({ object, items }) =>
      object.kind === 'name' &&
      names.includes(object.name) &&
      items.length === 1 &&
      items[0]?.kind === 'number' &&
      items[0].value === item.value,
  );
  return [fix('Take the whole batch', ...same.map((each) => replace({ ...each.span, start: each.object.span.end }, '')))];
}

/** Height and width of channels-last images, in all sums of the ratio. */
export function heightAndWidth({ span }: Finding, { source, candidate }: RuleContext): readonly Fix[] {
  const axesOf = (call: Expr | undefined) => (call?.kind === 'call' ? argument(call, 'axis', 1)?.value : undefined);
  const own = axesOf(source.at(span) as Expr | undefined);
  if (own === undefined || literalIntegers(own)?.join() !== '2,3') return [];
  const all = collect(candidate.computes?.body ?? [], 'call').flatMap((call) => axesOf(call) ?? []);
  const same = all.filter((axes) => literalIntegers(axes)?.join() === '2,3');
  return [fix('Use axes 1 and 2', ...same.map((axes) => replace(axes.span, source.text(axes.span).replace('2', '1').replace('3', '2'))))];
}

/** Two ranges of columns meet where the first one ends. */
export function meetingColumns({ span, related = [] }: Finding, { source, candidate }: RuleContext): readonly Fix[] {
  const [second, first] = [source.at(span), related[0] === undefined ? undefined : source.at(related[0].span)];
  const [stop, start] = [columnsOf(first)?.stop, columnsOf(second)?.start];
  if (stop == null || start == null) return [];
  const [from, to] = [source.text(start.span), source.text(stop.span)];
  const same = collect(candidate.computes?.body ?? [], 'slice').flatMap((slice) =>
    slice.start !== null && source.text(slice.start.span) === from ? [slice.start] : [],
  );
  return [fix(`Begin at ${to}`, ...same.map((place) => replace(place.span, to)))];
}

function columnsOf(node: { readonly kind: string } | undefined) {
  const last = node?.kind === 'index' ? (node as Extract<Expr, { kind: 'index' }>).items.at(-1) : undefined;
  return last?.kind === 'slice' ? last : undefined;
}

/** A misspelt name. */
export function defined({ span, message }: Finding): readonly Fix[] {
  const near = /Is (\w+) meant\?/.exec(message)?.[1];
  return near === undefined ? [] : [fix(`Use ${near}`, replace(span, near))];
}
