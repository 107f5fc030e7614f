/** Owns the list of the tables for `keras.*` and `tfa.*` (keras.backend apart): common to both versions, or of one. */
import { INITIALIZERS } from './kerasLosses/initializers';
import { KERAS_UTILS, KERAS2_UTILS, KERAS3_UTILS } from './kerasLosses/kerasUtils';
import { KERAS2_LOOKUP, KERAS3_LOOKUP } from './kerasLosses/lookup';
import { KERAS2_LOSS_TABLE, KERAS3_LOSS_TABLE } from './kerasLosses/lossClasses';
import { KERAS2_METRICS, KERAS3_METRICS } from './kerasLosses/metrics';
import { KERAS2_REGULARIZERS, KERAS3_REGULARIZERS } from './kerasLosses/regularizers';
import { ACTIVATION_OPS, KERAS2_ACTIVATIONS, KERAS3_ACTIVATIONS } from './kerasOps/activations';
import { CONTROL_OPS } from './kerasOps/control';
import { CREATION_OPS } from './kerasOps/creation';
import { ELEMENTWISE_OPS } from './kerasOps/elementwise';
import { INDEXING_OPS } from './kerasOps/indexing';
import { LINEAR_OPS } from './kerasOps/linear';
import { MOVEMENT_OPS } from './kerasOps/movement';
import { NN_OPS } from './kerasOps/nn';
import { RARE_OPS } from './kerasOps/rare';
import { REDUCTION_OPS } from './kerasOps/reductions';
import { SIGNAL_OPS } from './kerasOps/signal';
import { DATA } from './models/dataSets';
import { MODELS } from './models/modelTable';
import { TF_DATA } from './models/tfData';
import type { ApiTable } from './table';
import { ADDONS } from './tfa/addonLosses';

export const KERAS_SHARED_TABLES: readonly ApiTable[] = [INITIALIZERS, KERAS_UTILS, ADDONS, MODELS, DATA, TF_DATA];

export const KERAS2_TABLES: readonly ApiTable[] = [
  KERAS2_LOSS_TABLE,
  KERAS2_ACTIVATIONS,
  KERAS2_LOOKUP,
  KERAS2_METRICS,
  KERAS2_REGULARIZERS,
  KERAS2_UTILS,
];

const KERAS_OPS: readonly ApiTable[] = [
  ACTIVATION_OPS,
  CONTROL_OPS,
  CREATION_OPS,
  ELEMENTWISE_OPS,
  INDEXING_OPS,
  LINEAR_OPS,
  MOVEMENT_OPS,
  NN_OPS,
  RARE_OPS,
  REDUCTION_OPS,
  SIGNAL_OPS,
];

export const KERAS3_TABLES: readonly ApiTable[] = [
  KERAS3_LOSS_TABLE,
  KERAS3_ACTIVATIONS,
  KERAS3_LOOKUP,
  KERAS3_METRICS,
  KERAS3_REGULARIZERS,
  KERAS3_UTILS,
  ...KERAS_OPS,
];
