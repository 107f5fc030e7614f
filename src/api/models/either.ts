/** Owns a model that is one of two: a builder function returns either, and what is done to it is done to both. */
import type { ApiEntry } from '../../value/api';
import { type ObjectValue, unknown, type Value } from '../../value/value';
import { entry } from '../table';
import { modelStateOf } from './model';

export function eitherModel(a: ObjectValue, b: ObjectValue): ObjectValue | undefined {
  if (modelStateOf(a) === undefined || modelStateOf(b) === undefined) return undefined;
  const methods = new Map<string, ApiEntry>();
  for (const [name, first] of a.methods) {
    const second = b.methods.get(name);
    if (second !== undefined) methods.set(name, both(name, first, second));
  }
  return { kind: 'object', type: 'keras.Model', attributes: new Map(), methods, call: entry('*args, **kwargs', () => EITHER) };
}

const EITHER: Value = unknown('the output of one of several models');

const both = (name: string, first: ApiEntry, second: ApiEntry): ApiEntry =>
  entry('*args, **kwargs', (c, args) => {
    for (const each of [first, second]) c.call({ kind: 'native', name, entry: each }, args.rest, args.keywords);
    return EITHER;
  });
