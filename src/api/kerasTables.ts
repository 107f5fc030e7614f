/** Owns the list of the tables for `keras.*` and `tfa.*` (keras.backend apart): common to both versions, or of one. */
import { KERAS2_LOSS_TABLE, KERAS3_LOSS_TABLE } from './kerasLosses/lossClasses';
import type { ApiTable } from './table';

export const KERAS_SHARED_TABLES: readonly ApiTable[] = [];

export const KERAS2_TABLES: readonly ApiTable[] = [KERAS2_LOSS_TABLE];

export const KERAS3_TABLES: readonly ApiTable[] = [KERAS3_LOSS_TABLE];
