/** Owns telling TensorFlow and Keras names from those of other libraries. */
import { mentioning } from '../program/mentions';
import type { Expr, Module } from '../program/program';
import { collect, type ProgramNode, walk } from '../program/walk';

/** A cheap look before any parsing: files that mention no framework have no losses. */
export function mentionsFramework(text: string): boolean {
  return /tensorflow|keras|tfjs/i.test(text);
}

const FRAMEWORKS = /^(tensorflow|keras|tf_keras|tensorflow_[a-z]+|keras_[a-z]+)(\.|$)/;
/** Libraries whose functions cannot take part in a Keras loss's graph. */
const STRANGERS =
  /^(numpy|scipy|sklearn|torch|torchvision|pytorch_\w+|jax|mxnet|chainer|theano|paddle|lightgbm|xgboost|pandas|cupy|autograd)(\.|$)/;
/** Names that mean the framework by custom, where a star import or another module brings them. */
const CUSTOMARY: readonly string[] = ['tf', 'K', 'keras'];

export interface ImportedNames {
  readonly framework: ReadonlySet<string>;
  readonly strangers: ReadonlySet<string>;
}

export function importedNames(module: Module): ImportedNames {
  const framework = new Set<string>();
  const strangers = new Set<string>();
  for (const statement of collect(
    mentioning(module.body, ({ imports }) => imports),
    'import',
  )) {
    const names = FRAMEWORKS.test(statement.module) ? framework : STRANGERS.test(statement.module) ? strangers : undefined;
    if (names !== undefined) for (const binding of statement.bindings) names.add(binding.local);
  }
  for (const name of CUSTOMARY) if (!strangers.has(name)) framework.add(name);
  return { framework, strangers };
}

/** Whether the nodes use a framework's names, or only other libraries'. */
export function usesOf(nodes: readonly ProgramNode[], names: ImportedNames): { readonly framework: boolean; readonly strangers: boolean } {
  let framework = false;
  let strangers = false;
  walk(nodes, (node) => {
    if (node.kind === 'name') {
      framework ||= names.framework.has(node.name);
      strangers ||= names.strangers.has(node.name);
    }
    return undefined;
  });
  return { framework, strangers };
}

/** `tf.keras.losses.Loss` as text; undefined for what is not a chain of names. */
export function dottedName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  const object = expr.kind === 'attribute' ? dottedName(expr.object) : undefined;
  return expr.kind === 'attribute' && object !== undefined ? `${object}.${expr.name}` : undefined;
}
