/** Owns keras.backend's configuration: image data format, epsilon, learning phase. */
import type { CallContext } from '../../value/api';
import { boolean, float, integer, NONE, string, type Value } from '../../value/value';
import { dtypeOf } from '../dtypes';
import { type ApiTable, entry } from '../table';
import { isTensor } from '../tensors';

export const BACKEND_CONFIG: ApiTable = {
  'K.epsilon keras.epsilon': entry('', (c) => float((c.memory.get('epsilon') as number | undefined) ?? 1e-7)),
  'K.set_epsilon': entry('value', (c, a) => {
    c.memory.set('epsilon', a.number('value'));
    return NONE;
  }),
  'K.floatx keras.floatx': entry('', () => string('float32')),
  'K.image_data_format': entry('', () => string('channels_last')),
  'K.backend': entry('', () => string('tensorflow')),
  'K.set_floatx K.set_image_data_format K.clear_session K.set_session K.set_learning_phase K.manual_variable_initialization K.reset_uids K.set_session_config':
    entry('*args, **kwargs', () => NONE),
  'K.get_uid': entry("prefix=''", () => integer(1)),
  'K.is_tensor K.is_keras_tensor': entry('x', (_c, a) => boolean(isTensor(a.value('x')) && a.value('x').kind === 'tensor')),
  'K.is_sparse K.is_placeholder': entry('tensor', () => boolean(false)),
  'K.is_variable': entry('x', (_c, a) => {
    const x = a.value('x');
    return boolean(isTensor(x) && x.flavor === 'variable');
  }),
  'K.standardize_dtype': entry('dtype', (c, a) => string(dtypeOf(a.value('dtype')) ?? c.unknown('a dtype that is not known'))),
  'K.is_float_dtype': entry('dtype', (_c, a) => boolean(dtypeOf(a.value('dtype'))?.includes('float'))),
  'K.is_int_dtype': entry('dtype', (_c, a) => boolean(dtypeOf(a.value('dtype'))?.includes('int'))),
  'K.learning_phase': entry('', () => integer(0)),
  'K.in_train_phase': entry('x, alt, training=None', (c, a) => phase(c, trained(c, a.value('training')) ? a.value('x') : a.value('alt'))),
  'K.in_test_phase': entry('x, alt, training=None', (c, a) => phase(c, trained(c, a.value('training')) ? a.value('alt') : a.value('x'))),
  'K.name_scope K.control_dependencies': entry('*args, **kwargs', () => ({
    kind: 'object',
    type: 'contextlib.AbstractContextManager',
    attributes: new Map(),
    methods: new Map([
      ['__enter__', entry('', () => NONE)],
      ['__exit__', entry('*args', () => NONE)],
    ]),
  })),
  'K.function K.placeholder K.get_session K.rnn': entry('*args, **kwargs', (c) =>
    c.unknown('graphs and sessions of TensorFlow 1 are not followed'),
  ),
};

/** Whether the training phase was asked for: in fit it is on, in a direct call off. */
function trained(c: CallContext, training: Value): boolean {
  if (training.kind === 'none') return c.keras !== 'none' && c.mode === 'check';
  return c.truth(training) ?? c.unknown('a training phase that is not known');
}

function phase(c: CallContext, x: Value): Value {
  return x.kind === 'function' ? c.call(x, []) : x;
}
