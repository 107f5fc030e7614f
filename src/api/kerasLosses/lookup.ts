/** Owns look-ups by name: keras.losses.get, metrics, activations, regularizers, initializers, and (de)serialisation. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, CallContext } from '../../value/api';
import { api, type DictValue, dict, keyOf, string, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { KERAS2_FUNCTIONS, KERAS3_FUNCTIONS, LOSS_CLASSES, SHORT_NAMES } from './lossClasses';
import type { LossVersion } from './lossObject';

/** Names under which Keras' own modules would be found whatever the trace's version is. */
const ROOT: Readonly<Record<LossVersion, string>> = { 2: 'tf_keras', 3: 'keras' };

/** Spellings that `losses.get` takes beside the functions' own names. */
const KERAS3_SHORT: ReadonlySet<string> = new Set('bce BCE kld KLD mae MAE mse MSE mape MAPE msle MSLE'.split(' '));

function lossFunctionNamed(version: LossVersion, name: string): string | undefined {
  const functions = version === 3 ? KERAS3_FUNCTIONS : KERAS2_FUNCTIONS;
  if (name in functions) return version === 3 && name === 'categorical_generalized_cross_entropy' ? undefined : name;
  if (version === 3 && !KERAS3_SHORT.has(name)) return undefined;
  if (name === 'bce' || name === 'BCE') return 'binary_crossentropy';
  if (version === 2 && name === 'huber_loss') return 'huber';
  return Object.entries(SHORT_NAMES).find(([, spellings]) => spellings.split(' ').includes(name))?.[0];
}

/** The loss that a string stands for: a function, or a new instance of a class. */
function lossNamed(c: CallContext, version: LossVersion, name: string): Value {
  const custom = customObjects(c).entries.get(`s:${name}`)?.value;
  if (custom !== undefined && version === 2) return custom.kind === 'class' ? c.call(custom, []) : custom;
  const made = LOSS_CLASSES[version][name];
  if (made) return c.call({ kind: 'native', name, entry: made }, []);
  const known = lossFunctionNamed(version, name);
  if (known !== undefined) return api(`${ROOT[version]}.losses.${known}`);
  return c.fail(failure('unknown-identifier', 'value', `Keras ${version} knows no loss '${name}'`, { name }));
}

function lossGet(version: LossVersion): ApiEntry {
  return entry('identifier', (c, args) => {
    const value = args.value('identifier');
    if (value.kind === 'string') return lossNamed(c, version, args.string('identifier'));
    if (value.kind === 'dict') return fromConfig(c, value, 'losses', version);
    if (value.kind === 'class' && version === 3) return c.call(value, []);
    return value;
  });
}

/** `{"class_name": …, "config": {…}}`. */
function fromConfig(c: CallContext, config: DictValue, module: string, version: LossVersion): Value {
  const name = config.entries.get('s:class_name')?.value;
  const settings = config.entries.get('s:config')?.value;
  if (name?.kind !== 'string' || name.value === undefined) return c.unknown(`a serialised object without class_name`);
  const keywords =
    settings?.kind === 'dict' ? Object.fromEntries([...settings.entries.values()].flatMap(({ key, value }) => keyword(key, value))) : {};
  if (name.value === 'function' && settings?.kind === 'string') return lossNamed(c, version, settings.value ?? '');
  const { fn: _fn, ...rest } = keywords;
  return c.call(api(`${ROOT[version]}.${module}.${name.value}`), [], rest);
}

function keyword(key: Value, value: Value): readonly (readonly [string, Value])[] {
  return key.kind === 'string' && key.value !== undefined ? [[key.value, value]] : [];
}

/** What register_keras_serializable and get_custom_objects know in this trace. */
export function customObjects(c: CallContext): DictValue {
  const known = c.memory.get('keras custom objects');
  if (known !== undefined) return known as DictValue;
  const made: DictValue = dict();
  c.memory.set('keras custom objects', made);
  return made;
}

const serialize = entry('loss, **kwargs', (c, args) => {
  const value = args.value('loss');
  const config = value.kind === 'object' ? value.methods.get('get_config') : undefined;
  if (value.kind === 'object' && config) {
    const settings = c.call({ kind: 'native', name: 'get_config', entry: config }, []);
    return dict([
      ['class_name', string(value.type.split('.').at(-1))],
      ['config', settings],
    ]);
  }
  return value.kind === 'api' ? string(value.path.split('.').at(-1)) : c.unknown('the serialised form of this');
});

/** `module.get('name')`: a function of that name, or what the caller gave. */
function named(module: string, version: LossVersion, prefix = ''): ApiEntry {
  return entry('identifier', (c, args) => {
    const value = args.value('identifier');
    if (value.kind === 'dict') return fromConfig(c, value, module, version);
    if (value.kind === 'none' && module === 'activations') return api(`${ROOT[version]}.activations.linear`);
    if (value.kind !== 'string') return value;
    const path = `${ROOT[version]}.${module}.${prefix}${args.string('identifier')}`;
    return module === 'activations' ? api(path) : c.call(api(path), []);
  });
}

const identity = (parameter: string): ApiEntry => entry(`${parameter}, **kwargs`, (_c, args) => args.value(parameter));

function lookupTable(version: LossVersion): ApiTable {
  const deserialize = entry('name, custom_objects=None, **kwargs', (c, args) => {
    const value = args.value('name');
    return value.kind === 'string'
      ? lossNamed(c, version, args.string('name'))
      : value.kind === 'dict'
        ? fromConfig(c, value, 'losses', version)
        : value;
  });
  return {
    'keras.losses.get': lossGet(version),
    'keras.losses.deserialize': deserialize,
    'keras.losses.serialize keras.metrics.serialize keras.regularizers.serialize': serialize,
    'keras.activations.get keras.activations.deserialize': named('activations', version),
    'keras.regularizers.get keras.regularizers.deserialize': named('regularizers', version),
    'keras.initializers.get keras.initializers.deserialize': named('initializers', version),
    'keras.metrics.get keras.metrics.deserialize': entry('identifier, **kwargs', (c, args) => {
      const value = args.value('identifier');
      return value.kind === 'string' ? c.call(api(`${ROOT[version]}.losses.get`), [value]) : value;
    }),
    'keras.activations.serialize keras.initializers.serialize': identity('activation'),
  };
}

export const KERAS2_LOOKUP: ApiTable = lookupTable(2);
export const KERAS3_LOOKUP: ApiTable = lookupTable(3);

/** Adds a name to the custom objects: what `@register_keras_serializable` does beside handing the function back. */
export function registerCustom(c: CallContext, value: Value, given: string | null): void {
  const name = given ?? (value.kind === 'function' || value.kind === 'class' ? value.definition.name : null);
  const key = name === null ? undefined : keyOf(string(name));
  if (name !== null && key !== undefined) customObjects(c).entries.set(key, { key: string(name), value });
}
