/** Owns the lists and dicts that compile() is given as `loss` and `loss_weights` against the model's outputs. What each Keras does was measured. */
import type { ModelOutput } from '../../api/models/modelFacts';
import type { Severity } from '../../base/problem';
import type { Expr } from '../../program/program';
import type { KerasVersion } from '../../value/api';
import type { Finding } from './rule';

export const COUNT_CODES: readonly string[] = ['second-loss-ignored', 'loss-count', 'loss-output-name', 'loss-weights'];

export interface Given {
  readonly loss: Expr;
  readonly weights: Expr | null;
  readonly outputs: readonly ModelOutput[];
  readonly keras: KerasVersion;
  readonly sequential: boolean;
}

type DictExpr = Extract<Expr, { readonly kind: 'dict' }>;

function isSequence(expr: Expr): expr is Extract<Expr, { readonly kind: 'list' | 'tuple' | 'set' }> {
  return expr.kind === 'list' || expr.kind === 'tuple';
}

export function checkLosses({ loss, outputs, keras, sequential }: Given): readonly Finding[] {
  if (isSequence(loss)) return loss.items.some((item) => item.kind === 'spread') ? [] : counted(loss, loss.items.length, outputs, keras);
  if (loss.kind !== 'dict') return [];
  if (keras === 3 && sequential) {
    const message =
      "a Sequential model has one output without a name: Keras 3 fails on a dict of losses (TypeError: 'NoneType' object is not iterable). Pass the loss itself.";
    return [{ code: 'loss-output-name', severity: 'error', message, span: loss.span }];
  }
  return named(loss, outputs, keras);
}

const several = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

function counted(loss: Expr, losses: number, outputs: readonly ModelOutput[], keras: KerasVersion): readonly Finding[] {
  const has = `the model has ${several(outputs.length, 'output')} and compile() is given ${several(losses, 'loss').replace('losss', 'losses')}`;
  if (losses === outputs.length || losses === 0) return [];
  if (outputs.length === 1) {
    const message = `${has}: Keras uses the first and silently ignores the others. Write one function that returns their sum.`;
    return [{ code: 'second-loss-ignored', severity: 'warning', message, span: loss.span }];
  }
  const [severity, what]: readonly [Severity, string] =
    losses < outputs.length
      ? ['warning', 'the outputs behind these get no loss, and what only they need is not trained. Say None where that is meant.']
      : keras === 3
        ? ['error', 'Keras 3 fails with a KeyError. It needs one for each output (None for those without).']
        : ['warning', 'Keras 2 silently ignores those beyond the outputs.'];
  return [{ code: 'loss-count', severity, message: `${has}: ${what}`, span: loss.span }];
}

/** Keys of a dict written out; undefined where one is not known. */
function keysOf({ entries }: DictExpr): readonly { readonly key: string; readonly expr: Expr }[] | undefined {
  const keys = entries.flatMap(({ key }) => (key?.kind === 'string' ? [{ key: key.value, expr: key }] : []));
  return keys.length === entries.length ? keys : undefined;
}

/** Names of all outputs; undefined where Keras makes one up. */
function namesOf(outputs: readonly ModelOutput[]): readonly string[] | undefined {
  const names = outputs.flatMap(({ name }) => (name === null ? [] : [name]));
  return names.length === outputs.length && names.every((name) => name !== '') ? names : undefined;
}

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

function named(loss: DictExpr, outputs: readonly ModelOutput[], keras: KerasVersion): readonly Finding[] {
  const [keys, names] = [keysOf(loss), namesOf(outputs)];
  if (keys === undefined || names === undefined) return [];
  const keyed = outputs.some((output) => output.keyed);
  const wrong = keys.find(({ key }) => !names.includes(key));
  if (wrong !== undefined) {
    const ignored = keras === 2 && keyed;
    const message = `the model has no output '${wrong.key}': its outputs are ${quoted(names)}. ${
      ignored ? 'Keras 2 silently ignores this loss.' : 'Keras refuses a loss for another name.'
    } The names are those of the layers that make the outputs${keyed ? ', or the keys of the dict of outputs' : ''}.`;
    return [{ code: 'loss-output-name', severity: ignored ? 'warning' : 'error', message, span: wrong.expr.span }];
  }
  const missing = names.filter((name) => !keys.some(({ key }) => key === name));
  if (missing.length === 0 || keras !== 3 || keyed) return [];
  const message = `no loss for the output${missing.length === 1 ? '' : 's'} ${quoted(missing)}: Keras 3 wants a key for each output ("Expected keys … in loss dict"). Give None for those without.`;
  return [{ code: 'loss-output-name', severity: 'error', message, span: loss.span }];
}

export function checkWeights({ loss, weights, outputs, keras }: Given): readonly Finding[] {
  if (weights === null) return [];
  if (isSequence(weights))
    return weights.items.some((item) => item.kind === 'spread') ? [] : weightCount(loss, weights, weights.items.length, outputs, keras);
  if (weights.kind === 'dict') return weightNames(weights, outputs, loss, keras);
  if (weights.kind !== 'number' || keras !== 3 || (lossCount(loss) ?? 0) < 2) return [];
  const message = `one number as loss_weights for ${lossCount(loss)} losses: Keras 3 fails (TypeError: it has no len()). Give a list with one for each loss.`;
  return [{ code: 'loss-weights', severity: 'error', message, span: weights.span }];
}

/** How many losses Keras 3 counts; undefined where that is not known, or some are None. */
function lossCount(loss: Expr): number | undefined {
  if (isSequence(loss)) return loss.items.some((item) => item.kind === 'spread' || item.kind === 'none') ? undefined : loss.items.length;
  if (loss.kind === 'dict')
    return loss.entries.some(({ key, value }) => key === null || value.kind === 'none') ? undefined : loss.entries.length;
  return loss.kind === 'name' || loss.kind === 'string' || loss.kind === 'function' ? 1 : undefined;
}

function weightCount(loss: Expr, weights: Expr, count: number, outputs: readonly ModelOutput[], keras: KerasVersion): readonly Finding[] {
  const losses = keras === 3 ? lossCount(loss) : outputs.length;
  if (losses === undefined || losses === count) return [];
  const what =
    keras === 3
      ? `Keras 3 refuses that ("\`loss_weights\` must match the number of losses").${losses === 1 && outputs.length > 1 ? ' One function for all outputs counts as one: give a list of losses.' : ''}`
      : count < losses
        ? 'Keras 2 silently leaves out the losses of the outputs behind these.'
        : 'Keras 2 silently ignores those beyond the outputs.';
  const thing = keras === 3 ? several(losses, 'loss').replace('losss', 'losses') : several(losses, 'output');
  const message = `${several(count, 'loss weight')} for ${thing}: ${what}`;
  return [{ code: 'loss-weights', severity: keras === 3 ? 'error' : 'warning', message, span: weights.span }];
}

function weightNames(weights: DictExpr, outputs: readonly ModelOutput[], loss: Expr, keras: KerasVersion): readonly Finding[] {
  const [keys, names] = [keysOf(weights), namesOf(outputs)];
  if (keys === undefined || names === undefined) return [];
  // Keras 3 does not look at the names for one function.
  if (keras === 3 && !isSequence(loss) && loss.kind !== 'dict') return [];
  const wrong = keys.find(({ key }) => !names.includes(key));
  const missing = keras === 3 ? names.filter((name) => !keys.some(({ key }) => key === name)) : [];
  if (wrong === undefined && missing.length === 0) return [];
  const message =
    wrong !== undefined
      ? `loss_weights has a weight for '${wrong.key}', and the model's outputs are ${quoted(names)}: Keras fails.`
      : `loss_weights has no weight for ${quoted(missing)}: Keras 3 fails with a KeyError. Give 1.0 for those.`;
  return [{ code: 'loss-weights', severity: 'error', message, span: wrong?.expr.span ?? weights.span }];
}
