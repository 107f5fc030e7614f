/** Owns the list of all API tables. `shared`: in every Keras; `keras2` and `keras3`: where the two differ, or only one has the name. */
import type { ApiEntry } from '../value/api';
import { type ApiTable, joinTables } from './table';

const SHARED: readonly ApiTable[] = [];

const KERAS2: readonly ApiTable[] = [];

const KERAS3: readonly ApiTable[] = [];

export const TABLES: {
  readonly shared: ReadonlyMap<string, ApiEntry>;
  readonly keras2: ReadonlyMap<string, ApiEntry>;
  readonly keras3: ReadonlyMap<string, ApiEntry>;
} = { shared: joinTables(SHARED), keras2: joinTables(KERAS2), keras3: joinTables(KERAS3) };
