/** Owns the user's own way of writing: fixes are made in TensorFlow's names, and said in those of keras.ops or keras.backend where a function is written in them. */
import type { Fix } from '../../base/problem';
import type { Span } from '../../base/span';
import type { Module } from '../../program/program';
import { collect } from '../../program/walk';
import { dottedName } from '../../python/framework';
import type { SourceIndex } from '../facts/sourceIndex';
import { importsTensorflow } from './autograph';

/** A name that tensor functions are called by here, and whose functions they are. */
interface Style {
  readonly library: 'keras' | 'backend';
  readonly prefix: string;
}

/** TensorFlow's names that fixes write, with those of keras.ops and of keras.backend; the same arguments mean the same. */
const NAMES: readonly (readonly [tf: string, keras: string, backend: string | null])[] = [
  ['math.divide_no_nan', 'divide_no_nan', null],
  ['math.log_sigmoid', 'log_sigmoid', null],
  ['math.log', 'log', 'log'],
  ['math.softplus', 'softplus', 'softplus'],
  ['nn.softplus', 'softplus', 'softplus'],
  ['nn.log_softmax', 'log_softmax', null],
  ['nn.softmax', 'softmax', 'softmax'],
  ['reduce_logsumexp', 'logsumexp', null],
  ['reduce_mean', 'mean', 'mean'],
  ['reduce_sum', 'sum', 'sum'],
  ['reduce_max', 'max', 'max'],
  ['logical_and', 'logical_and', null],
  ['logical_or', 'logical_or', null],
  ['clip_by_value', 'clip', 'clip'],
  ['expand_dims', 'expand_dims', 'expand_dims'],
  ['stop_gradient', 'stop_gradient', 'stop_gradient'],
  ['ones_like', 'ones_like', 'ones_like'],
  ['zeros_like', 'zeros_like', 'zeros_like'],
  ['transpose', 'transpose', 'transpose'],
  ['maximum', 'maximum', 'maximum'],
  ['minimum', 'minimum', 'minimum'],
  ['reshape', 'reshape', 'reshape'],
  ['squeeze', 'squeeze', 'squeeze'],
  ['square', 'square', 'square'],
  ['shape', 'shape', 'shape'],
  ['where', 'where', null],
  ['tanh', 'tanh', 'tanh'],
  ['cast', 'cast', 'cast'],
  ['sqrt', 'sqrt', null],
  ['round', 'round', 'round'],
  ['abs', 'abs', 'abs'],
  ['exp', 'exp', 'exp'],
  ['sigmoid', 'sigmoid', 'sigmoid'],
  ['math.sigmoid', 'sigmoid', 'sigmoid'],
  ['nn.sigmoid', 'sigmoid', 'sigmoid'],
  ['nn.relu', 'relu', 'relu'],
  ['reduce_min', 'min', 'min'],
  ['math.exp', 'exp', 'exp'],
  ['math.abs', 'abs', 'abs'],
  ['math.square', 'square', 'square'],
  ['math.sqrt', 'sqrt', null],
  ['pow', 'power', 'pow'],
  ['equal', 'equal', 'equal'],
  ['sign', 'sign', 'sign'],
  ['einsum', 'einsum', null],
];

const TABLES = {
  keras: new Map(NAMES.map(([tf, keras]) => [tf, keras])),
  backend: new Map(NAMES.flatMap(([tf, , backend]) => (backend === null ? [] : [[tf, backend] as const]))),
};

/** In keras.ops, where the same arguments mean the same. */
export function kerasNameOf(tensorflow: string): string | undefined {
  return TABLES.keras.get(tensorflow);
}

const SPELLED = /\btf\.((?:math\.|nn\.|random\.)?[a-z]\w*)/g;

/** The same fix in the style of the place; none where the style lacks a name and nothing else is imported. */
export function inOwnStyle(fixes: readonly Fix[], place: Span, source: SourceIndex): readonly Fix[] {
  const written = fixes.filter((each) => each.edits.some(({ newText }) => newText.includes('tf.')));
  if (written.length === 0) return fixes;
  const module = source.entryModule;
  if (module === undefined || module.language !== 'python') return fixes;
  const style = styleAt(place, module, source);
  return style === undefined ? fixes : fixes.flatMap((each) => (written.includes(each) ? restyled(each, style, module) : [each]));
}

function restyled(fix: Fix, style: Style, module: Module): readonly Fix[] {
  const texts = fix.edits.map(({ newText }) => respelled(newText, style));
  if (texts.some((text) => text === undefined)) return importsTensorflow(module) ? [fix] : [];
  const title = respelled(fix.title, style) ?? fix.title;
  return [{ title, edits: fix.edits.map((edit, i) => ({ ...edit, newText: texts[i] ?? edit.newText })) }];
}

/** Undefined: a name is lacking. */
function respelled(text: string, { library, prefix }: Style): string | undefined {
  let lacking = false;
  const spelled = text.replaceAll(SPELLED, (whole, name: string) => {
    if (/^(u?int|float|bool)\d*$/.test(name)) return `'${name}'`;
    const own = TABLES[library].get(name);
    lacking ||= own === undefined;
    return own === undefined ? whole : `${prefix}${own}`;
  });
  return lacking ? undefined : spelled;
}

/** Undefined: TensorFlow's names, which the function around uses too, or all that there is. */
function styleAt(place: Span, module: Module, source: SourceIndex): Style | undefined {
  const around = source.nodesAround(place).find((node) => node.kind === 'function' || node.kind === 'class');
  const roots = collect(around === undefined ? module.body : [around], 'call').map((call) => dottedName(call.callee) ?? '');
  return roots.some((name) => name.startsWith('tf.') && !name.startsWith('tf.keras.')) ? undefined : styleOf(module, roots);
}

/** Of the names that are imported the one that is used most here. */
function styleOf(module: Module, used: readonly string[]): Style | undefined {
  const found = module.body.flatMap((statement): readonly Style[] => {
    if (statement.kind !== 'import') return [];
    return statement.bindings.flatMap(({ local, imported }): readonly Style[] => {
      if (/(^|\.)keras$/.test(statement.module) && imported === 'ops') return [{ library: 'keras', prefix: `${local}.` }];
      if (/^keras\.ops$/.test(statement.module) && imported === null && local !== 'keras')
        return [{ library: 'keras', prefix: `${local}.` }];
      if (statement.module === 'keras' && imported === null) return [{ library: 'keras', prefix: `${local}.ops.` }];
      if (/^(tensorflow\.|tf_)keras$/.test(statement.module) && imported === 'backend')
        return [{ library: 'backend', prefix: `${local}.` }];
      return /^(tensorflow\.|tf_)keras\.backend$/.test(statement.module) && imported === null
        ? [{ library: 'backend', prefix: `${local}.` }]
        : [];
    });
  });
  const uses = ({ prefix }: Style) => used.filter((name) => name.startsWith(prefix)).length;
  const [most] = [...found].sort((a, b) => uses(b) - uses(a));
  if (most === undefined) return undefined;
  return uses(most) > 0 || !importsTensorflow(module) ? most : undefined;
}
