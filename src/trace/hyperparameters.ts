/**
 * Owns what a check takes for parameters of factories and constructors that nothing gives: numbers of unknown value, and sizes, weights and latent
 * tensors whose sizes agree with whatever they meet. Only names that say so are taken for one; a run needs the value itself.
 */
import type { Param } from '../program/program';
import { BATCH, symbol } from '../shape/dim';
import { unknown, type Value } from '../value/value';
import type { Context } from './context';

const NUMBER =
  /^([pqms]|gamma|alpha|beta|delta|eps|epsilon|smooth|smoothing|temp|temperature|tau|quantile|lamb?da?|lam|margin|scale|threshold|sigma|power|weight|factor|ratio|rate|mask_value)\d?$|(?<!class|sample|pos)_(weight|factor|coef|margin|alpha|beta|gamma|delta|lambda|scale|ratio|threshold|temperature|eps|epsilon|rate|smoothing|quantile)$/;
const SIZE =
  /^(n|num|nb)_?(classes|intervals|mixes|mixtures|components|labels|categories|outputs|channels|features|bins|units|steps)$|^\w+_(dim|dims|size)$/;
const BATCH_SIZE = /^batch_?size$/;
const WEIGHTS = /^(class_?)?weights$|^class_?weight$|^alphas$/;
const LATENT = /^z_(mean|mu|log_?var|log_?sigma)$|^log_?var$/;

export function withoutDefault(context: Context, param: Param): Value {
  const reason = `\`${param.name}\` has no default: give it in the loss-lab comment`;
  const taken = context.mode === 'check' && context.language === 'python' ? takenFor(context, param.name) : undefined;
  if (taken === undefined) return unknown(reason, param.span);
  const { gaps } = context.interpreter;
  if (!gaps.some((gap) => gap.reason === reason)) gaps.push({ span: param.span, reason });
  return taken;
}

function takenFor(context: Context, name: string): Value | undefined {
  if (BATCH_SIZE.test(name)) return { kind: 'number', float: false, value: undefined, size: BATCH };
  const { build } = context;
  const size = symbol(name, 'fresh');
  if (SIZE.test(name)) return { kind: 'number', float: false, value: undefined, size };
  if (WEIGHTS.test(name)) return context.wrap(build.input(name, { shape: [size], dtype: 'float32' }), 'numpy');
  if (LATENT.test(name)) return context.wrap(build.input(name, { shape: [BATCH, symbol('latent', 'fresh')], dtype: 'float32' }));
  return NUMBER.test(name) ? { kind: 'number', float: true, value: undefined } : undefined;
}
