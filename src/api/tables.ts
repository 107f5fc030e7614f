/** Owns the list of all API tables. `shared`: in every Keras; `keras2` and `keras3`: where the two differ, or only one has the name. */
import type { ApiEntry } from '../value/api';
import { KERAS_SHARED_TABLES, KERAS2_TABLES, KERAS3_TABLES } from './kerasTables';
import { type ApiTable, joinTables } from './table';
import { TFJS_TABLES } from './tfjsTables';
import { TF_TABLES } from './tfTables';

const SHARED: readonly ApiTable[] = [...TF_TABLES, ...KERAS_SHARED_TABLES, ...TFJS_TABLES];

const KERAS2: readonly ApiTable[] = [...KERAS2_TABLES];

const KERAS3: readonly ApiTable[] = [...KERAS3_TABLES];

export const TABLES: {
  readonly shared: ReadonlyMap<string, ApiEntry>;
  readonly keras2: ReadonlyMap<string, ApiEntry>;
  readonly keras3: ReadonlyMap<string, ApiEntry>;
} = { shared: joinTables(SHARED), keras2: joinTables(KERAS2), keras3: joinTables(KERAS3) };
