/** Owns the last layer of a model of tfjs-layers, where the source spells it: tf.sequential with its layers, tf.model with its outputs. */

import type { Span } from '../base/span';
import type { CompileCall } from '../program/candidate';
import type { Block, CallExpr, Expr, Module } from '../program/program';
import { collect, statementsOf, walk } from '../program/walk';

export interface LastLayer {
  /** `dense`, `softmax` … */
  readonly kind: string;
  /** null: linear. */
  readonly activation: string | null;
  readonly units: number | null;
  readonly span: Span;
}

/** Undefined where it is not sure which layer is the last. */
export function lastLayerOf(module: Module, { model, owners, span }: CompileCall): LastLayer | undefined {
  const blocks = [...owners.map(({ body }) => body).reverse(), module.body];
  return layerOfModel(model, { blocks, before: span.start }, 0);
}

/** Where names are looked up, and up to which place layers count: what is added after compile belongs to no loss of it. */
interface Place {
  readonly blocks: readonly Block[];
  readonly before: number;
}

/** Whether the model is surely made by tf.sequential. */
export function isSequential(module: Module, { model, owners }: CompileCall): boolean {
  const path = pathOf(model);
  for (const block of [...owners.map(({ body }) => body).reverse(), module.body]) {
    const [value, ...others] = path === '' ? [] : valuesOf(block, path);
    if (value !== undefined) return others.length === 0 && value.kind === 'call' && /(^|\.)sequential$/.test(pathOf(value.callee));
  }
  return false;
}

function layerOfModel(model: Expr, place: Place, depth: number): LastLayer | undefined {
  const path = pathOf(model);
  if (path === '' || depth > 3) return undefined;
  for (const block of place.blocks) {
    const made = valuesOf(block, path);
    if (made.length === 0) continue;
    const [value] = made;
    return made.length === 1 && value !== undefined ? layerOfValue(value, path, block, place, depth) : undefined;
  }
  return undefined;
}

/** What is assigned to a name or `this.name` anywhere in a block. */
function valuesOf(block: Block, path: string): readonly Expr[] {
  return collect(block, 'assign').flatMap((node) => {
    if (node.value === null) return [];
    const targets = 'targets' in node ? node.targets : [node.target];
    return targets.some((target) => target.kind !== 'pattern' && target.kind !== 'unknown' && pathOf(target) === path) ? [node.value] : [];
  });
}

function layerOfValue(value: Expr, path: string, block: Block, place: Place, depth: number): LastLayer | undefined {
  if (value.kind !== 'call') return undefined;
  const callee = pathOf(value.callee);
  const options = value.args[0]?.value;
  if (/(^|\.)sequential$/.test(callee)) return lastAdded(block, path, place.before) ?? layerOf(lastItem(optionOf(options, 'layers')));
  if (/^tf\.model$/.test(callee)) return appliedLayer(optionOf(options, 'outputs'), place.blocks, 0);
  return builtModel(callee, place.blocks, depth);
}

/** `const model = createModel()`. */
function builtModel(name: string, blocks: readonly Block[], depth: number): LastLayer | undefined {
  const built = blocks.flatMap((block) =>
    statementsOf(block).flatMap((s) => {
      if (s.kind === 'function' && s.definition.name === name) return [s.definition];
      const arrow =
        s.kind === 'assign' && s.value?.kind === 'function' && s.targets.some((target) => target.kind === 'name' && target.name === name);
      return arrow && s.value?.kind === 'function' ? [s.value.definition] : [];
    }),
  );
  const [definition] = built;
  if (definition === undefined || built.length > 1) return undefined;
  const returned = statementsOf(definition.body).flatMap((s) => (s.kind === 'return' && s.value !== null ? [s.value] : []));
  const [value] = returned;
  if (value === undefined || returned.length > 1) return undefined;
  const inside = { blocks: [definition.body, ...blocks], before: value.span.start };
  return value.kind === 'call' ? layerOfValue(value, '', definition.body, inside, depth + 1) : layerOfModel(value, inside, depth + 1);
}

function lastAdded(block: Block, path: string, before: number): LastLayer | undefined {
  const added = collect(block, 'call').filter(
    ({ callee, span }) =>
      callee.kind === 'attribute' && callee.name === 'add' && path !== '' && pathOf(callee.object) === path && span.start < before,
  );
  const last = added.at(-1);
  if (last === undefined) return undefined;
  return isConditional(block, last.span, before) ? UNKNOWN(last) : (layerOf(last.args[0]?.value) ?? UNKNOWN(last));
}

const BRANCHING: ReadonlySet<string> = new Set(['if', 'for', 'while', 'switch', 'try', 'conditional', 'logical', 'function']);

/** Whether something that is around the layer and not around the later place decides if it is added. */
function isConditional(block: Block, span: Span, place: number): boolean {
  let found = false;
  walk(block, (node) => {
    const around = node.span.start <= span.start && span.end <= node.span.end;
    if (around && BRANCHING.has(node.kind) && node.span.end <= place) found = true;
    return around && !found;
  });
  return found;
}

/** A layer that is not spelt here: nothing is known of the model's end. */
const UNKNOWN = ({ span }: CallExpr): LastLayer => ({ kind: '', activation: null, units: null, span });

/** `tf.layers.dense({…}).apply(x)`, by a name or directly. */
function appliedLayer(output: Expr | undefined, blocks: readonly Block[], depth: number): LastLayer | undefined {
  if (output === undefined || depth > 3) return undefined;
  if (output.kind === 'call' && output.callee.kind === 'attribute' && output.callee.name === 'apply') {
    const layer = output.callee.object;
    return layer.kind === 'call' ? layerOf(layer) : undefined;
  }
  if (output.kind !== 'name') return undefined;
  const values = blocks.flatMap((block) => valuesOf(block, output.name));
  return values.length === 1 ? appliedLayer(values[0], blocks, depth + 1) : undefined;
}

function layerOf(expr: Expr | undefined): LastLayer | undefined {
  if (expr?.kind !== 'call') return undefined;
  const kind = /(^|\.)layers\.(\w+)$/.exec(pathOf(expr.callee))?.[2];
  const options = expr.args[0]?.value;
  if (kind === undefined || (options !== undefined && options.kind !== 'dict')) return undefined;
  if (options?.kind === 'dict' && options.entries.some(({ key }) => key === null)) return undefined;
  const [activation, units] = [optionOf(options, 'activation'), optionOf(options, 'units')];
  if (activation !== undefined && activation.kind !== 'string') return undefined;
  return {
    kind,
    activation: kind === 'softmax' ? 'softmax' : activation === undefined || activation.value === 'linear' ? null : activation.value,
    units: units?.kind === 'number' ? units.value : null,
    span: expr.span,
  };
}

function optionOf(options: Expr | undefined, name: string): Expr | undefined {
  if (options?.kind !== 'dict') return undefined;
  return options.entries.find(({ key }) => key?.kind === 'string' && key.value === name)?.value;
}

function lastItem(list: Expr | undefined): Expr | undefined {
  return list?.kind === 'list' ? list.items.at(-1) : undefined;
}

function pathOf(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'attribute' ? `${pathOf(expr.object)}.${expr.name}` : '';
}
