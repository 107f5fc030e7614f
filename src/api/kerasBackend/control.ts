/** Owns keras.backend's map_fn, folds and gradients: TensorFlow's, under other signatures. */
import type { ApiEntry } from '../../value/api';
import { api } from '../../value/value';
import { type ApiTable, entry } from '../table';

/** The same call on a name of TensorFlow. */
const through = (signature: string, path: string, names: readonly string[]): ApiEntry =>
  entry(signature, (c, a) => {
    const keywords = Object.fromEntries(names.filter((name) => a.value(name).kind !== 'none').map((name) => [name, a.value(name)]));
    return c.call(api(path), [], keywords);
  });

export const BACKEND_CONTROL: ApiTable = {
  'K.map_fn': through('fn, elems, name=None, dtype=None', 'tf.map_fn', ['fn', 'elems', 'dtype']),
  'K.foldl': through('fn, elems, initializer=None, name=None', 'tf.foldl', ['fn', 'elems', 'initializer']),
  'K.foldr': through('fn, elems, initializer=None, name=None', 'tf.foldr', ['fn', 'elems', 'initializer']),
  'K.gradients': entry('loss, variables', (c, a) => c.call(api('tf.gradients'), [a.value('loss'), a.value('variables')])),
};
