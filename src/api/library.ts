/** Owns the look-up of library names: what a dotted path stands for in the chosen Keras, and what to say of names that it lacks. */
import type { ApiEntry, CallContext, KerasVersion } from '../value/api';
import type { Library, Resolution } from '../value/library';
import { string } from '../value/value';
import { constantNames, constantOf } from './constants';
import { javascriptMember } from './javascript/members';
import { BACKEND_NAMES, GONE_FROM_SHIM, KERAS1_ONLY, KERAS3_PUBLIC, kerasOpsName } from './kerasBackendNames';
import { absentFromKeras3 } from './kerasNames';
import { canonicalPath, modulePathOf, type Origin } from './paths';
import { closest } from './signature';
import { TABLES } from './tables';
import { TENSORFLOW_NAMES } from './tensorflowNames';
import { tensorMember } from './tensorMembers';
import { misplacedName, tf1Successor } from './tf1Names';
import { missingTfjsName } from './tfjs/names';
import { tfjsMember } from './tfjs/tensorMethods';
import { valueMember } from './valueMembers';

const NAMESPACES = prefixesOf([...TABLES.shared.keys(), ...TABLES.keras2.keys(), ...TABLES.keras3.keys(), ...constantNames()]);

export const LIBRARY: Library = {
  resolve,
  tensorMember: (tensor, name, language) =>
    language === 'javascript' ? tfjsMember(tensor, name, (path) => TABLES.shared.get(path)) : tensorMember(tensor, name),
  modulePath: modulePathOf,
  valueMember: (value, name, language) => (language === 'javascript' ? javascriptMember(value, name) : valueMember(value, name)),
};

/** What TensorFlow 1 and private modules have below `tf`: known to be there once, not followed. */
const TENSORFLOW1_SPACES = new Set(
  'BACKEND app contrib estimator flags gfile layers logging python python_io resource_loader saved_model spectral sysconfig user_ops __version__ core ops math_ops array_ops nn_ops compiler __internal__'.split(
    ' ',
  ),
);

const [KERAS2_VERSION, KERAS3_VERSION] = ['2.21.0', '3.15.1'];

const UNKNOWN: Resolution = { kind: 'unknown' };
const NAMESPACE: Resolution = { kind: 'namespace' };

/** `K.tf`: early Keras' backend had TensorFlow's module by name. */
const BACKEND_TENSORFLOW = /^keras\.backend\.(?:tensorflow_backend\.)?tf(\..+)?$/;

function throughBackend(rest: string | undefined, keras: KerasVersion): Resolution {
  if (rest === undefined) return NAMESPACE;
  const found = resolve(`tf${rest}`, keras);
  if (found.kind !== 'entry' && found.kind !== 'missing') return found;
  const detail = 'keras.backend has no tf: it was the TensorFlow module up to Keras 2.2';
  return { kind: 'missing', code: 'unknown-name', detail, suggestion: `tf${rest}`, entry: found.entry, severity: 'error' };
}

function resolve(path: string, keras: KerasVersion): Resolution {
  const early = keras === 2 ? BACKEND_TENSORFLOW.exec(path) : null;
  if (early !== null) return throughBackend(early[1], keras);
  const { origin, names } = canonicalPath(path);
  const version: KerasVersion = origin === 'tf_keras' ? 2 : keras;
  const absent = version === 2 ? undefined : absentInKeras3(path, names, version);
  if (absent !== undefined) return absent;
  for (const name of names) {
    const gone = name.startsWith('K.') ? missingBackendName(name.slice(2), origin, version, keras) : undefined;
    if (gone !== undefined) return gone;
    const entry = entryOf(name, version);
    if (entry !== undefined) return { kind: 'entry', entry: adapted(entry, origin, keras), path };
    const value = name === 'keras.__version__' ? string(version === 2 ? KERAS2_VERSION : KERAS3_VERSION) : constantOf(name);
    if (value !== undefined) return { kind: 'value', value };
  }
  return resolveElsewhere(path, origin, names, version);
}

/** The entry as its origin has it: TensorFlow 1 accepts its old keywords; tf_keras is Keras 2 whatever was chosen. */
function adapted(entry: ApiEntry, origin: Origin, keras: KerasVersion): ApiEntry {
  if (origin === 'tf1') return { ...entry, legacy: true };
  if (origin !== 'tf_keras' || keras === 2) return entry;
  return { ...entry, call: (context, args) => entry.call(Object.create(context, { keras: { value: 2 } }) as CallContext, args) };
}

/** Names that are not where they were looked for: namespaces, names of TensorFlow 1 and of the other Keras. */
function resolveElsewhere(path: string, origin: Origin, names: readonly string[], keras: KerasVersion): Resolution {
  const [name] = names;
  if (name === undefined) return UNKNOWN;
  if (names.some((candidate) => NAMESPACES.has(candidate)) || NAMESPACES.has(path) || isPrivateModule(path)) return NAMESPACE;
  const legacy =
    origin === 'tf' ||
    (origin === 'tf1' && misplacedName(path.replace('.compat.v1', '')) !== null) ||
    (origin === 'tf.keras' && path.startsWith('tf.losses.'))
      ? missingLegacyName(path, keras)
      : undefined;
  return legacy ?? missingTfjsName(path) ?? missingKerasName(name, path, keras) ?? unknownTensorflowName(path, origin) ?? UNKNOWN;
}

function entryOf(name: string, keras: KerasVersion): ApiEntry | undefined {
  const { shared, keras2, keras3 } = TABLES;
  if (keras === 2) return keras2.get(name) ?? shared.get(name);
  if (keras === 3) return keras3.get(name) ?? shared.get(name);
  return keras3.get(name) ?? shared.get(name) ?? keras2.get(name);
}

function missingBackendName(name: string, origin: Origin, keras: KerasVersion, chosen: KerasVersion): Resolution | undefined {
  const severity = chosen === 'none' ? 'info' : 'error';
  if (!BACKEND_NAMES.has(name)) return unknownBackendName(name, origin, keras);
  const multiBackend = KERAS1_ONLY.has(name);
  const plain = origin === 'keras' && keras !== 2 && !KERAS3_PUBLIC.has(name);
  const fromShim = keras !== 2 && GONE_FROM_SHIM.has(name);
  if (!multiBackend && !plain && !fromShim) return undefined;
  const entry = entryOf(`K.${name}`, keras === 'none' ? 2 : keras) ?? null;
  if (entry === null) return undefined;
  const where = multiBackend ? 'existed in multi-backend Keras up to 2.3.1 only' : 'is gone since Keras 3';
  return {
    kind: 'missing',
    code: 'keras-backend-gone',
    detail: `keras.backend.${name} ${where}`,
    suggestion: kerasOpsName(name),
    entry,
    severity,
  };
}

/** A name that TensorFlow has nowhere: only where all names of the namespace are known, and a similar one exists or the namespace is a narrow one. */
function unknownTensorflowName(path: string, origin: Origin): Resolution | undefined {
  if (origin !== 'tf') return undefined;
  const dot = path.lastIndexOf('.');
  const [space, name] = [path.slice(0, dot), path.slice(dot + 1)];
  const known = Object.hasOwn(TENSORFLOW_NAMES, space) ? TENSORFLOW_NAMES[space] : undefined;
  if (known === undefined || known.has(name) || (space === 'tf' && TENSORFLOW1_SPACES.has(name))) return undefined;
  const similar = closest(name, [...known]);
  const detail = `TensorFlow has no ${path}`;
  return {
    kind: 'missing',
    code: 'unknown-name',
    detail,
    suggestion: similar === undefined ? null : `${space}.${similar}`,
    entry: null,
    severity: 'error',
  };
}

/** A name that no keras.backend ever had. */
function unknownBackendName(name: string, origin: Origin, keras: KerasVersion): Resolution | undefined {
  if (name.includes('.') || entryOf(`K.${name}`, keras) !== undefined || entryOf(`keras.backend.${name}`, keras) !== undefined)
    return undefined;
  if (NAMESPACES.has(`K.${name}`) || NAMESPACES.has(`keras.backend.${name}`)) return undefined;
  const detail = `keras.backend has no function ${name}`;
  return {
    kind: 'missing',
    code: 'unknown-name',
    detail,
    suggestion: origin === 'keras' ? kerasOpsName(name) : null,
    entry: null,
    severity: 'error',
  };
}

/** A name that this root of Keras 3 lacks; another root or version may have it, so that its value goes on. */
function absentInKeras3(path: string, names: readonly string[], keras: KerasVersion): Resolution | undefined {
  const absent = absentFromKeras3(path);
  if (absent === undefined) return undefined;
  const legacy = /^tf\.(losses|metrics)\./.test(path) ? missingLegacyName(path, keras) : undefined;
  const entry = names.map((name) => entryOf(name, keras) ?? TABLES.keras2.get(name)).find((found) => found !== undefined);
  return legacy ?? { kind: 'missing', code: 'keras-name-missing', ...absent, entry: entry ?? null, severity: 'error' };
}

function missingLegacyName(path: string, keras: KerasVersion): Resolution | undefined {
  const misplaced = misplacedName(path.replace('.compat.v1', ''));
  if (misplaced !== null) {
    const entry = TABLES.shared.get(misplaced) ?? null;
    return { kind: 'missing', code: 'unknown-name', detail: `TensorFlow has no ${path}`, suggestion: misplaced, entry, severity: 'error' };
  }
  const successor = tf1Successor(path);
  const rest = path.slice('tf.'.length);
  const entry = TABLES.shared.get(`tf1.${rest}`) ?? (successor === null ? undefined : TABLES.shared.get(successor));
  if (entry === undefined) {
    const value = constantOf(`tf1.${rest}`);
    return value === undefined ? undefined : { kind: 'value', value };
  }
  return {
    kind: 'missing',
    code: 'tf1-name',
    detail: `${path} is TensorFlow 1's; TensorFlow 2 has no such name`,
    suggestion: successor ?? `tf.compat.v1.${rest}`,
    entry: { ...entry, legacy: true },
    severity: keras === 'none' ? 'info' : 'error',
  };
}

/** A Keras name that only the other major version has. */
function missingKerasName(name: string, path: string, keras: KerasVersion): Resolution | undefined {
  if (keras === 'none' || !name.startsWith('keras.')) return undefined;
  const entry = keras === 3 ? TABLES.keras2.get(name) : TABLES.keras3.get(name);
  if (entry === undefined) return undefined;
  const detail = keras === 3 ? `${path} is Keras 2's; Keras 3 has no such name` : `${path} exists since Keras 3`;
  return { kind: 'missing', code: 'keras-name-missing', detail, suggestion: null, entry, severity: 'error' };
}

function isPrivateModule(path: string): boolean {
  return (
    /^tf\.python(\.\w+)*$/.test(path) ||
    path === 'tf' ||
    path === 'keras' ||
    path === 'tf_keras' ||
    path === 'tf.compat' ||
    path === 'tf.compat.v1'
  );
}

function prefixesOf(names: Iterable<string>): ReadonlySet<string> {
  const prefixes = new Set<string>();
  for (const name of names) {
    const parts = name.split('.');
    for (let i = 1; i < parts.length; i++) prefixes.add(parts.slice(0, i).join('.'));
  }
  return prefixes;
}
