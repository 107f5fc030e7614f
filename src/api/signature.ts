/** Owns signatures in Python's notation: parsing them, and binding the arguments of a call exactly as Python binds them. */

import { failure } from '../graph/primitive';
import { type DType, dtypeNamed } from '../shape/dtype';
import type { ApiEntry, Args, CallContext } from '../value/api';
import { api, boolean, dtypeValue, float, integer, list, NONE, string, tuple, type Value } from '../value/value';
import { BoundArgs } from './args';

interface Parameter {
  readonly name: string;
  readonly kind: 'positionalOnly' | 'positional' | 'keywordOnly' | 'varPositional' | 'varKeyword';
  readonly default: Value | undefined;
}

const parsed = new Map<string, readonly Parameter[]>();

/** Parameters of a signature; parsed once. */
export function parametersOf(signature: string): readonly Parameter[] {
  let parameters = parsed.get(signature);
  if (parameters === undefined) {
    parameters = parseSignature(signature);
    parsed.set(signature, parameters);
  }
  return parameters;
}

function parseSignature(signature: string): readonly Parameter[] {
  const parameters: Parameter[] = [];
  let kind: 'positional' | 'keywordOnly' = 'positional';
  for (const part of splitTop(signature)) {
    if (part === '*') kind = 'keywordOnly';
    else if (part === '/') parameters.splice(0, parameters.length, ...parameters.map((p) => ({ ...p, kind: 'positionalOnly' as const })));
    else if (part.startsWith('**')) parameters.push({ name: part.slice(2), kind: 'varKeyword', default: undefined });
    else if (part.startsWith('*')) {
      parameters.push({ name: part.slice(1), kind: 'varPositional', default: undefined });
      kind = 'keywordOnly';
    } else {
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals).trim();
      parameters.push({ name, kind, default: equals < 0 ? undefined : literal(part.slice(equals + 1).trim()) });
    }
  }
  return parameters;
}

/** Splits at commas outside brackets and quotes. */
function splitTop(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    else if ((c === ',' && depth === 0) || c === undefined) {
      const part = text.slice(start, i).trim();
      if (part !== '') parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

/** The value of a default as signatures write it: None, numbers, strings, tuples, lists, dtypes; any other name is a library name. */
function literal(text: string): Value {
  if (text === 'None' || text === 'undefined' || text === 'null') return NONE;
  if (text === 'True' || text === 'true') return boolean(true);
  if (text === 'False' || text === 'false') return boolean(false);
  if (/^-?\d+$/.test(text)) return integer(Number(text));
  if (/^-?[\d.]+(e[+-]?\d+)?$/i.test(text)) return float(Number(text));
  if (/^(['"]).*\1$/.test(text)) return string(text.slice(1, -1));
  if (text.startsWith('(')) return tuple(splitTop(text.slice(1, -1)).map(literal));
  if (text.startsWith('[')) return list(splitTop(text.slice(1, -1)).map(literal));
  const dtype: DType | undefined = /^tf\.\w+$/.test(text) ? dtypeNamed(text.slice(3)) : undefined;
  return dtype === undefined ? api(text) : dtypeValue(dtype);
}

/** Binds the arguments of a call as Python does; a wrong keyword or count ends the call with an `argument` problem that names the right one. */
export function bindArguments(
  entry: ApiEntry,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
  context: CallContext,
): Args {
  const parameters = parametersOf(entry.signature);
  const javascript = context.language === 'javascript';
  const bound = new Map<string, Value>();
  const slots = parameters.filter((p) => p.kind === 'positional' || p.kind === 'positionalOnly');
  const rest = positional.slice(slots.length);
  slots.forEach((slot, i) => {
    const value = positional[i];
    if (value !== undefined && !(javascript && value.kind === 'none' && slot.default !== undefined)) bound.set(slot.name, value);
  });
  const takesRest = parameters.some((p) => p.kind === 'varPositional');
  if (rest.length > 0 && !takesRest && !javascript) tooMany(context, entry, slots.length, positional.length);
  const extra: Record<string, Value> = {};
  for (const [name, value] of Object.entries(keywords)) bindKeyword(context, entry, parameters, bound, extra, name, value);
  const missing = parameters.filter((p) => !p.kind.startsWith('var') && p.default === undefined && !bound.has(p.name));
  if (missing.length > 0 && !javascript) missingArguments(context, entry, missing);
  const defaults = new Map<string, Value>(parameters.flatMap((p) => (p.default === undefined ? [] : [[p.name, p.default]])));
  return new BoundArgs(context, bound, defaults, takesRest ? rest : [], extra);
}

function bindKeyword(
  context: CallContext,
  entry: ApiEntry,
  parameters: readonly Parameter[],
  bound: Map<string, Value>,
  extra: Record<string, Value>,
  name: string,
  value: Value,
): void {
  const parameter = parameters.find((p) => p.name === name && (p.kind === 'positional' || p.kind === 'keywordOnly'));
  if (parameter === undefined) {
    const modern = parameters.find((p) => p.name === LEGACY_KEYWORDS[name]);
    if (modern !== undefined) bindLegacyKeyword(context, entry, bound, name, modern.name, value);
    else if (parameters.some((p) => p.kind === 'varKeyword')) extra[name] = value;
    else unexpectedKeyword(context, entry, parameters, name);
  } else if (bound.has(name)) {
    context.fail(
      failure('argument', 'type', `got multiple values for argument '${name}'; the signature is (${entry.signature})`, { keyword: name }),
    );
  } else bound.set(name, value);
}

/** TensorFlow 1's spellings of keywords. */
const LEGACY_KEYWORDS: Readonly<Record<string, string>> = {
  keep_dims: 'keepdims',
  reduction_indices: 'axis',
  dim: 'axis',
  dimension: 'axis',
  squeeze_dims: 'axis',
  concat_dim: 'axis',
  split_dim: 'axis',
  seq_dim: 'seq_axis',
  batch_dim: 'batch_axis',
  fn1: 'true_fn',
  fn2: 'false_fn',
};

/** A keyword that TensorFlow 1 had: an error in today's, but its meaning is known, so the value goes on. */
function bindLegacyKeyword(
  context: CallContext,
  entry: ApiEntry,
  bound: Map<string, Value>,
  name: string,
  modern: string,
  value: Value,
): void {
  if (!entry.legacy) {
    const code = context.keras === 'none' ? 'tf1-name' : 'argument';
    context.note(
      failure(code, 'type', `'${name}' was TensorFlow 1's keyword; it is '${modern}' now`, { keyword: name, suggestion: modern }),
    );
  }
  if (bound.has(modern))
    context.fail(failure('argument', 'type', `'${name}' and '${modern}' are the same argument: give one`, { keyword: name }));
  bound.set(modern, value);
}

function unexpectedKeyword(context: CallContext, entry: ApiEntry, parameters: readonly Parameter[], name: string): never {
  const names = parameters.filter((p) => !p.kind.startsWith('var') && p.kind !== 'positionalOnly').map((p) => p.name);
  const suggestion = closest(name, names);
  const hint = suggestion === undefined ? '' : `; did you mean '${suggestion}'?`;
  const data: Record<string, string> = { keyword: name, signature: entry.signature };
  if (suggestion !== undefined) data.suggestion = suggestion;
  return context.fail(
    failure('argument', 'type', `got an unexpected keyword argument '${name}'${hint} The signature is (${entry.signature})`, data),
  );
}

function tooMany(context: CallContext, entry: ApiEntry, most: number, given: number): never {
  const detail = `takes at most ${most} positional argument${most === 1 ? '' : 's'} but ${given} were given; the signature is (${entry.signature})`;
  return context.fail(failure('argument', 'type', detail, { signature: entry.signature, given }));
}

function missingArguments(context: CallContext, entry: ApiEntry, missing: readonly Parameter[]): never {
  const names = missing.map((p) => `'${p.name}'`).join(', ');
  const detail = `missing required argument${missing.length === 1 ? '' : 's'} ${names}; the signature is (${entry.signature})`;
  return context.fail(failure('argument', 'type', detail, { signature: entry.signature, missing: missing.map((p) => p.name).join(', ') }));
}

/** Spellings of arguments in other versions and libraries, tried before the nearest by letters. */
const OTHER_NAMES: readonly (readonly string[])[] = [
  ['axis', 'dim', 'axes', 'reduction_indices', 'dims'],
  ['keepdims', 'keep_dims', 'keepdim'],
  ['input_tensor', 'x', 'input', 'tensor', 'a', 'features', 'values', 'value', 't'],
  ['shape', 'dims', 'size', 'newshape'],
  ['labels', 'targets', 'y_true', 'target'],
  ['logits', 'y_pred', 'output', 'predictions'],
  ['clip_value_min', 'min_value', 'x_min', 'min', 'a_min'],
  ['clip_value_max', 'max_value', 'x_max', 'max', 'a_max'],
  ['repeats', 'rep', 'n', 'multiples'],
];

/** The name that was probably meant. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const group = OTHER_NAMES.find((others) => others.includes(name));
  const same = group === undefined ? undefined : names.find((other) => group.includes(other));
  if (same !== undefined) return same;
  const ranked = names.map((other) => [distance(name, other), other] as const).sort((a, b) => a[0] - b[0]);
  const [best] = ranked;
  return best !== undefined && best[0] <= Math.max(2, Math.floor(name.length / 3)) ? best[1] : undefined;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
