/** Owns the way from Keras 2's backend to keras.ops and TensorFlow: for one call, and for all of a loss. Only where the same arguments mean the same. */

import { KERAS3_PUBLIC } from '../../api/kerasBackendNames';
import type { Edit, Fix } from '../../base/problem';
import { type Span, spanKey } from '../../base/span';
import type { AttributeExpr, CallExpr, Module } from '../../program/program';
import { collect, type ProgramNode } from '../../program/walk';
import type { TraceProblem } from '../../value/api';
import type { SourceIndex } from '../facts/sourceIndex';
import { fix, insertAfter, insertBefore, replace } from '../rules/rule';
import { importsAs, importsTensorflow } from './autograph';
import { wrap } from './edits';

/** `positional`: how many arguments may be given by place. `axis`: must be given, as its defaults differ. Names absent in a library differ there. */
interface Same {
  readonly names: string;
  readonly positional: readonly [least: number, most: number];
  readonly keywords?: readonly string[];
  readonly axis?: true;
  /** What stands around the first argument, and behind the last; `{}` is the library's prefix. */
  readonly inside?: readonly [before: string, after: string];
  readonly more?: string;
  readonly in: 'keras' | 'tf' | 'both';
}

/** `a>b`: is called b there. K.argmax gives int64, K.all takes what tf.reduce_all refuses: those are left out where they differ. */
const SAME: readonly Same[] = [
  { names: 'abs exp square sign sin cos tanh sigmoid round relu>nn.relu', positional: [1, 1], in: 'tf' },
  { names: 'log>math.log softplus>math.softplus transpose stop_gradient shape zeros_like ones_like', positional: [1, 1], in: 'tf' },
  { names: 'abs exp square sign sin cos tanh sigmoid round relu log softplus transpose', positional: [1, 1], in: 'keras' },
  { names: 'stop_gradient zeros_like ones_like flatten>ravel', positional: [1, 1], in: 'keras' },
  { names: 'mean sum max min prod std var any all logsumexp', positional: [1, 3], keywords: ['axis', 'keepdims'], in: 'keras' },
  {
    names: 'mean>reduce_mean sum>reduce_sum max>reduce_max min>reduce_min prod>reduce_prod std>math.reduce_std var>math.reduce_variance',
    positional: [1, 3],
    keywords: ['axis', 'keepdims'],
    in: 'tf',
  },
  { names: 'maximum minimum equal not_equal greater greater_equal less less_equal cast reshape', positional: [2, 2], in: 'both' },
  { names: 'pow>power permute_dimensions>transpose', positional: [2, 2], in: 'keras' },
  { names: 'pow permute_dimensions>transpose', positional: [2, 2], in: 'tf' },
  { names: 'clip', positional: [3, 3], in: 'keras' },
  { names: 'clip>clip_by_value', positional: [3, 3], in: 'tf' },
  { names: 'softmax', positional: [1, 2], keywords: ['axis'], in: 'keras' },
  { names: 'softmax>nn.softmax', positional: [1, 2], keywords: ['axis'], in: 'tf' },
  { names: 'stack expand_dims squeeze cumsum cumprod concatenate', positional: [1, 2], keywords: ['axis'], axis: true, in: 'keras' },
  {
    names: 'stack expand_dims squeeze cumsum cumprod>math.cumprod concatenate>concat',
    positional: [1, 2],
    keywords: ['axis'],
    axis: true,
    in: 'tf',
  },
  { names: 'argmax argmin l2_normalize>math.l2_normalize', positional: [1, 2], keywords: ['axis'], axis: true, in: 'tf' },
  { names: 'binary_crossentropy categorical_crossentropy', positional: [2, 3], keywords: ['from_logits'], in: 'keras' },
  { names: 'one_hot', positional: [2, 2], in: 'both' },
  { names: 'shape', positional: [1, 1], in: 'keras' },
  // K.sqrt clamps below 0, K.constant makes floats of integers.
  { names: 'sqrt', positional: [1, 1], inside: ['{}maximum(', ', 0.0)'], in: 'both' },
  { names: 'flatten>reshape', positional: [1, 1], more: ', [-1]', in: 'tf' },
  { names: 'constant>convert_to_tensor', positional: [1, 1], more: ", 'float32'", in: 'keras' },
  { names: 'constant', positional: [1, 1], more: ', tf.float32', in: 'tf' },
];

type Library = 'keras' | 'tf';

const TABLES: Readonly<Record<Library, ReadonlyMap<string, { readonly to: string; readonly rule: Same }>>> = {
  keras: tableOf('keras'),
  tf: tableOf('tf'),
};

function tableOf(library: Library) {
  const rules = SAME.filter((rule) => rule.in === library || rule.in === 'both');
  return new Map(
    rules.flatMap((rule) =>
      rule.names.split(' ').map((each) => {
        const [from = each, to = from] = each.split('>');
        return [from, { to, rule }] as const;
      }),
    ),
  );
}

/** What calls become and where they are, or undefined if one of them means something else there. */
interface Target {
  readonly library: Library;
  /** What stands before the function's name. */
  readonly prefix: string;
  readonly imports: readonly Edit[];
}

export function backendFixes(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const module = source.entryModule;
  const own = source.callsAround(problem.span).find((call) => spanKey(call.callee.span) === spanKey(problem.span));
  if (module === undefined || own?.callee.kind !== 'attribute') return [];
  const { callee } = own;
  const everywhere = gonePlaces(callee, own, source);
  return targetsOf(module).flatMap((target) => {
    const one = renamed(own, target);
    if (one === undefined) return [];
    const single = fix(`Use ${one[0]?.newText ?? target.prefix}`, ...target.imports, ...one);
    const all = everywhere?.map((call) => renamed(call, target));
    if (all === undefined || all.length < 2 || !all.every((edits) => edits !== undefined)) return [single];
    const title = `Replace all ${source.text(callee.object.span)}.* in this loss by ${target.prefix}*`;
    return [single, fix(title, ...target.imports, ...all.flat())];
  });
}

/** The calls of backend functions that Keras 3 lacks in the whole function around; undefined if one of them is used without a call. */
function gonePlaces(callee: AttributeExpr, own: CallExpr, source: SourceIndex): readonly CallExpr[] | undefined {
  const backend = source.text(callee.object.span);
  const around = source.nodesAround(own.span).find((node) => node.kind === 'function');
  if (around === undefined) return undefined;
  const isGone = (node: ProgramNode): node is AttributeExpr =>
    node.kind === 'attribute' && source.text(node.object.span) === backend && !KERAS3_PUBLIC.has(node.name);
  const calls = collect([around], 'call').filter((call) => isGone(call.callee));
  return calls.length === collect([around], 'attribute').filter(isGone).length ? calls : undefined;
}

/** The callee's edit first. */
function renamed({ callee, args }: CallExpr, { library, prefix }: Target): readonly Edit[] | undefined {
  const known = callee.kind === 'attribute' ? TABLES[library].get(callee.name) : undefined;
  if (known === undefined || args.some((arg) => arg.spread !== undefined)) return undefined;
  const { positional, keywords = [], axis, inside, more } = known.rule;
  const named = args.flatMap((arg) => arg.name ?? []);
  const places = args.length - named.length;
  if (places < positional[0] || places > positional[1] || !named.every((name) => keywords.includes(name))) return undefined;
  if (axis && places < 2 && !named.includes('axis')) return undefined;
  const [x] = args;
  const around = inside === undefined || x === undefined ? [] : wrap(x.value.span, inside[0].replace('{}', prefix), inside[1]);
  const behind = more === undefined || x === undefined ? [] : [insertAfter(x.span, more)];
  return [replace(callee.span, `${prefix}${known.to}`), ...around, ...behind];
}

/** keras.ops as the module names it, imported if it does not yet. */
export function kerasTarget(module: Module): Target {
  const keras: Target = { library: 'keras', prefix: 'keras.ops.', imports: [] };
  return importsAs(module, 'ops', 'keras') ? { ...keras, prefix: 'ops.' } : importsAs(module, 'keras') ? keras : importing(module, keras);
}

function targetsOf(module: Module): readonly Target[] {
  const own = kerasTarget(module);
  const tf: Target = { library: 'tf', prefix: 'tf.', imports: [] };
  return importsTensorflow(module) ? [own, tf] : [own];
}

function importing(module: Module, target: Target): Target {
  const first = module.body.find((s) => s.kind === 'import' && s.module !== '__future__');
  const place: Span | undefined = first?.span;
  return place === undefined ? target : { ...target, imports: [insertBefore(place, 'import keras\n')] };
}
