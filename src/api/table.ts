/** Owns the form of API tables: what each spelling of a library name means. Keys hold all spellings of one entry, separated by spaces. */
import { invariant } from '../base/assert';
import type { ApiEntry } from '../value/api';

/**
 * `'tf.math.reduce_sum tf.reduce_sum': {signature, call}`. Prefixes: `tf.` (TensorFlow 2), `tf1.` (names or forms that only TensorFlow 1 has),
 * `K.` (keras.backend's functions), `keras.` (both `keras.…` and `tf.keras.…`), `tfa.`, `np.`, `math.`, `builtins.` …
 */
export type ApiTable = Readonly<Record<string, ApiEntry>>;

/** One map from spelling to entry. A spelling registered twice is a bug and fails the build of the table. */
export function joinTables(tables: readonly ApiTable[]): ReadonlyMap<string, ApiEntry> {
  const joined = new Map<string, ApiEntry>();
  for (const table of tables) {
    for (const [spellings, entry] of Object.entries(table)) {
      for (const spelling of spellings.split(' ')) {
        invariant(!joined.has(spelling), `API name ${spelling} is registered twice`);
        joined.set(spelling, entry);
      }
    }
  }
  return joined;
}

/** An entry, written as a call: signature first, then the composition. */
export function entry(signature: string, call: ApiEntry['call']): ApiEntry {
  return { signature, call };
}
