/** Owns which Keras a file is written for, as far as its text tells. */
import { LIBRARY } from '../../api/library';
import type { Module } from '../../program/program';
import { statementsOf, walk } from '../../program/walk';
import type { KerasVersion } from '../../value/api';

export interface KerasStyle {
  readonly keras: KerasVersion;
  readonly because: string;
}

interface Sign {
  readonly pattern: RegExp;
  readonly because: string;
}

const KERAS_3: readonly Sign[] = [
  {
    pattern: /\bkeras\.ops\b|from\s+keras\s+import\s+(\w+,\s*)*ops\b|keras\.(saving|random|distribution)\./,
    because: 'the file uses keras.ops',
  },
  { pattern: /KERAS_BACKEND/, because: 'the file chooses a Keras backend' },
];

const KERAS_2: readonly Sign[] = [
  { pattern: /^\s*(import|from)\s+tf_keras\b/m, because: 'the file imports tf_keras' },
  { pattern: /^\s*(import|from)\s+tensorflow_addons\b/m, because: 'the file imports tensorflow_addons' },
  {
    pattern:
      /^\s*(import|from)\s+(tensorflow\.)?(python\.)?keras\.(engine|layers\.(core|convolutional|recurrent|merge|normalization|advanced_activations|embeddings|pooling|wrappers)|utils\.(np_utils|generic_utils|conv_utils|layer_utils|training_utils)|legacy|objectives)\b/m,
    because: 'the file imports modules of Keras 2',
  },
  { pattern: /^\s*(import|from)\s+tensorflow\.python\.keras\b/m, because: 'the file imports tensorflow.python.keras' },
  {
    pattern:
      /\b(tf|tensorflow)\.(Session|placeholder|ConfigProto|get_variable|variable_scope|global_variables_initializer|contrib|to_float|to_int32|to_int64|log|is_nan|is_inf|is_finite|mul|sub|neg|div|pack|unpack|lgamma|erf|ceil|diag|add_to_collection|get_collection|op_scope|sparse_to_dense|random_(normal|uniform)|truncated_normal|app|flags|logging|summary\.(merge|FileWriter)|GraphKeys|losses\.(add_loss|(get|sparse|softmax|mean|huber|compute|absolute)_\w+))\b|\btf\.compat\.v1\b|\.disable_v2_behavior|\b(K|backend)\.(get_session|set_session|set_learning_phase|learning_phase|tensorflow_backend)\b|\.fit_generator\(|keep_dims\s*=/,
    because: 'the file uses TensorFlow 1 or early Keras',
  },
];

const STYLES = new WeakMap<Module, KerasStyle>();

export function kerasStyle(module: Module, text: string): KerasStyle {
  const known = STYLES.get(module) ?? styleOf(module, text);
  STYLES.set(module, known);
  return known;
}

function styleOf(module: Module, text: string): KerasStyle {
  const three = KERAS_3.find((sign) => sign.pattern.test(text));
  if (three !== undefined) return { keras: 3, because: three.because };
  const two = KERAS_2.find((sign) => sign.pattern.test(text));
  if (two !== undefined) return { keras: 2, because: two.because };
  const gone = goneFunction(module);
  if (gone !== undefined) return { keras: 2, because: `the file uses ${gone}, which Keras 3 does not have` };
  return { keras: 3, because: 'nothing says otherwise' };
}

/** A function of plain Keras' backend that only Keras 2 had. */
function goneFunction(module: Module): string | undefined {
  const names = new Set<string>();
  for (const statement of statementsOf(module.body)) {
    if (statement.kind !== 'import') continue;
    const imported = statement.bindings.find(({ imported: name }) => name !== null && isGone(`${statement.module}.${name}`));
    if (imported != null) return `${statement.module}.${imported.imported}`;
    for (const binding of statement.bindings) {
      if (
        (statement.module === 'keras' && binding.imported === 'backend') ||
        (statement.module === 'keras.backend' && binding.imported === null) ||
        // Handed on by a module of the project, which has chosen a Keras.
        (binding.local === 'K' && !/^(keras|tensorflow)(\.|$)/.test(statement.module))
      )
        names.add(binding.local);
    }
  }
  if (names.size === 0) return undefined;
  let found: string | undefined;
  walk(module.body, (node) => {
    if (found !== undefined) return false;
    if (node.kind !== 'attribute' || node.object.kind !== 'name' || !names.has(node.object.name)) return undefined;
    if (isGone(`keras.backend.${node.name}`)) found = `keras.backend.${node.name}`;
    return undefined;
  });
  return found;
}

function isGone(path: string): boolean {
  const full = /^(keras|tensorflow)\./.test(path) ? (LIBRARY.modulePath(path) ?? path) : undefined;
  return full !== undefined && LIBRARY.resolve(full, 3).kind === 'missing' && LIBRARY.resolve(full, 2).kind === 'entry';
}
