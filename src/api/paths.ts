/** Owns the many spellings of module paths: imports, re-exports and private modules, brought to the prefixes that the tables use. */

import { tf1Successor } from './tf1Names';

/** Where a name was looked up; it decides which names exist. */
export type Origin = 'tf' | 'tf1' | 'tf.keras' | 'keras' | 'tf_keras' | 'private' | 'other';

export interface CanonicalPath {
  readonly origin: Origin;
  /** Spellings to look up in the tables, best first. */
  readonly names: readonly string[];
}

const IMPORTS: readonly (readonly [RegExp, string])[] = [
  [/^tensorflow(?:_core)?\.(?:python|api\._v\d|_api\.v\d)\.keras(?=\.|$)/, 'tf.keras'],
  [/^tensorflow\.contrib\.keras(?=\.|$)/, 'tf.keras'],
  [/^tensorflow\.python\.platform\.tf_logging/, 'tf.logging'],
  [/^tensorflow\.compat\.v2(?=\.|$)/, 'tf'],
  [/^tensorflow(?:_core)?(?=\.|$)/, 'tf'],
  [/^tf_keras(?:\.api|\.src)?(?=\.|$)/, 'tf_keras'],
  [/^keras\.(?:src|api|_tf_keras\.keras|api\._v2\.keras)(?=\.|$)/, 'keras'],
  [/^keras(?=\.|$)/, 'keras'],
  [/^tensorflow_addons(?=\.|$)/, 'tfa'],
  [/^tensorflow_probability(?=\.|$)/, 'tfp'],
  [/^numpy(?=\.|$)/, 'np'],
  [/^autograd\.numpy(?=\.|$)/, 'np'],
  [/^six\.moves$/, 'builtins'],
  [/^builtins$/, 'builtins'],
  [/^@tensorflow\/tfjs(?:-(?:node|node-gpu|core|layers|react-native|backend-\w+))?(?:\.default)?(?=\.|$)/, 'tfjs'],
  [/^tfjs\.default(?=\.|$)/, 'tfjs'],
  [/^@tensorflow\/tfjs(?:-(?:node|node-gpu|core|layers|react-native|backend-\w+))?(?:\.default)?(?=\.|$)/, 'tfjs'],
  [/^tfjs\.default(?=\.|$)/, 'tfjs'],
];

/** Modules of Python's standard library and companions that the tables know. */
const PLAIN_MODULES = new Set(
  (
    'abc absl argparse collections contextlib copy dataclasses datetime distutils enum functools inspect io itertools json logging math numbers ' +
    'operator os packaging pkg_resources random re six sklearn string sys time types typing typing_extensions warnings __future__'
  ).split(' '),
);

/** The canonical path of an importable module, or undefined if no table knows it. */
export function modulePathOf(module: string): string | undefined {
  for (const [pattern, path] of IMPORTS) {
    if (pattern.test(module)) return module.replace(pattern, path);
  }
  const [top] = module.split('.');
  return top !== undefined && PLAIN_MODULES.has(top) ? module : undefined;
}

const BACKEND = /^(?:keras|tf\.keras|tf_keras)\.(?:backend\.K|backend|K)\.(?:tensorflow_backend\.)?(.+)$/;

/** Families in which a name of a private TensorFlow module (`tensorflow.python.ops.math_ops`) is public. */
const PUBLIC_FAMILIES = ['tf', 'tf.math', 'tf.nn', 'tf.linalg', 'tf.image', 'tf.random', 'tf.signal', 'tf.debugging', 'tf1', 'tf1.losses'];

/** Names to look up for a canonical path. */
export function canonicalPath(given: string): CanonicalPath {
  const path = given.replace(/^tf\.compat\.v2\./, 'tf.');
  const legacy = /^tf\.compat\.v1\.(.+)$/.exec(path)?.[1];
  if (legacy !== undefined) return legacyPath(legacy);
  const backend = BACKEND.exec(path);
  if (backend?.[1] !== undefined) return { origin: originOf(path), names: [`K.${backend[1]}`] };
  if (path.startsWith('tf.BACKEND.')) return { origin: 'tf.keras', names: [`K.${path.slice(11)}`] };
  const keras = /^(?:tf\.keras|tf_keras|keras)\.(?:src\.|api\.)?(.+)$/.exec(path)?.[1];
  if (keras !== undefined) return { origin: originOf(path), names: kerasNames(keras) };
  const alias = /^tf\.(losses|metrics|optimizers|initializers)\.(.+)$/.exec(path);
  if (alias) return { origin: 'tf.keras', names: [`keras.${alias[1]}.${alias[2]}`] };
  if (path.startsWith('tf.python.')) return privatePath(path);
  const dtypes = /^tf\.dtypes\.(\w+)$/.exec(path)?.[1];
  if (dtypes !== undefined) return { origin: 'tf', names: [path, `tf.${dtypes}`] };
  const ops = /^tf\.(?:ops|math_ops|array_ops|nn_ops|control_flow_ops|gen_math_ops|gen_array_ops|raw_ops)\.(\w+)$/.exec(path)?.[1];
  if (ops !== undefined) return { origin: 'private', names: [path, ...PUBLIC_FAMILIES.map((family) => `${family}.${ops}`)] };
  return { origin: path.startsWith('tf.') ? 'tf' : 'other', names: [path] };
}

function originOf(path: string): Origin {
  if (path.startsWith('tf.keras.')) return 'tf.keras';
  return path.startsWith('tf_keras.') ? 'tf_keras' : 'keras';
}

function legacyPath(rest: string): CanonicalPath {
  const keras = canonicalPath(`tf.${rest}`);
  if (rest.startsWith('keras.')) return keras;
  const successor = tf1Successor(`tf.${rest}`);
  return { origin: 'tf1', names: [`tf1.${rest}`, `tf.${rest}`, ...(successor === null ? [] : [successor])] };
}

/** Keras names with the detours of private modules: `losses.losses.x`, `layers.core.x`, `legacy.…`. */
function kerasNames(rest: string): readonly string[] {
  const parts = rest.split('.');
  const [first] = parts;
  const last = parts.at(-1);
  return parts.length > 2 && first !== undefined ? [`keras.${rest}`, `keras.${first}.${last}`] : [`keras.${rest}`];
}

function privatePath(path: string): CanonicalPath {
  // A member of a class keeps the class: `losses.Reduction.SUM`.
  const name = /(?:[A-Z]\w*\.)?\w+$/.exec(path)?.[0] ?? path;
  return { origin: 'private', names: PUBLIC_FAMILIES.map((family) => `${family}.${name}`) };
}
