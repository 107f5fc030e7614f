/** Owns Python's operator module. */
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, integer, keyOf, type Value } from '../../value/value';
import { numberOf } from '../args';
import { compareOperator } from '../operators';
import { type ApiTable, entry } from '../table';
import { isTensor } from '../tensors';
import { arithmetic } from './builtins';
import { compareValues } from './plainValues';

const operatorEntry = (op: '+' | '-' | '*' | '/' | '//' | '%' | '**'): ApiEntry =>
  entry('a, b, /', (c, a) => arithmetic(c, op, a.value('a'), a.value('b')));

const orderEntry = (op: '<' | '>'): ApiEntry =>
  entry('a, b, /', (c, a) => {
    const [x, y] = [a.value('a'), a.value('b')];
    return isTensor(x) || isTensor(y) ? compareOperator(c, op, x, y) : boolean(compareValues(op, x, y));
  });

export const OPERATOR: ApiTable = {
  'operator.add': operatorEntry('+'),
  'operator.sub': operatorEntry('-'),
  'operator.mul': operatorEntry('*'),
  'operator.truediv': operatorEntry('/'),
  'operator.floordiv': operatorEntry('//'),
  'operator.mod': operatorEntry('%'),
  'operator.pow': operatorEntry('**'),
  'operator.lt': orderEntry('<'),
  'operator.gt': orderEntry('>'),
  'operator.neg': entry('a, /', (c, a) => arithmetic(c, '-', integer(0), a.value('a'))),
  'operator.itemgetter': entry('key', (_c, a) => {
    const key = a.value('key');
    return { kind: 'native', name: 'itemgetter', entry: entry('obj', (c, b) => itemOf(c, b.value('obj'), key)) };
  }),
  'operator.attrgetter': entry('name', (_c, a) => {
    const name = a.string('name');
    return { kind: 'native', name: 'attrgetter', entry: entry('obj', (c, b) => c.getAttribute(b.value('obj'), name)) };
  }),
};

function itemOf(c: CallContext, object: Value, key: Value): Value {
  if (object.kind === 'dict') return object.entries.get(keyOf(key) ?? '')?.value ?? c.unknown('a key that is not found');
  const index = numberOf(c, key, 'key');
  return c.iterate(object).at(index) ?? c.unknown('an item that is not found');
}
