/**
 * Owns what a check takes for parameters of factories and constructors that nothing gives: numbers of unknown value, and sizes of their own. Only
 * names that say so are taken for one; a run needs the value itself.
 */
import type { Param } from '../program/program';
import { BATCH, symbol } from '../shape/dim';
import { type NumberValue, unknown, type Value } from '../value/value';
import type { Context } from './context';
import type { Gap } from './outcome';

const NUMBER =
  /^([pqms]|gamma|alpha|beta|delta|eps|epsilon|smooth|smoothing|temp|temperature|tau|quantile|lamb?da?|lam|margin|scale|threshold|sigma|power|weight|factor|ratio|rate|mask_value)\d?$|(?<!class|sample|pos)_(weight|factor|coef|margin|alpha|beta|gamma|delta|lambda|scale|ratio|threshold|temperature|eps|epsilon|rate|smoothing|quantile)$/;
const SIZE =
  /^(n|num|nb)_?(classes|intervals|mixes|mixtures|components|labels|categories|outputs|channels|features|bins|units|steps)$|^(output|embedding|latent|feature)_?(dim|size)$/i;
const BATCH_SIZE = /^batch_?size$/i;

export function withoutDefault(context: Context, param: Param): Value {
  const told = `\`${param.name}\` has no default: give it in the loss-lab comment`;
  const taken = context.mode === 'check' && context.language === 'python' ? takenFor(param.name) : undefined;
  if (taken === undefined) return unknown(told, param.span);
  const gap: Gap = { span: param.span, reason: told };
  if (!context.interpreter.gaps.some(({ reason }) => reason === told)) context.interpreter.gaps.push(gap);
  return taken;
}

function takenFor(name: string): NumberValue | undefined {
  if (BATCH_SIZE.test(name)) return { kind: 'number', float: false, value: undefined, size: BATCH };
  if (SIZE.test(name)) return { kind: 'number', float: false, value: undefined, size: symbol(name) };
  return NUMBER.test(name) ? { kind: 'number', float: true, value: undefined } : undefined;
}
