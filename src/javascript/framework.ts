/** Owns telling what uses TensorFlow.js: its names, and methods of tensors. */
import type { Module } from '../program/program';
import { collect, type ProgramNode, walk } from '../program/walk';

const FRAMEWORK = /^@tensorflow\/tfjs/;

/** Methods that hardly anything but a tensor has. */
const TENSOR_METHODS: ReadonlySet<string> = new Set(
  (
    'sub mul div add mean sum square sqrt log exp abs neg pow softmax sigmoid matMul clipByValue expandDims squeeze reshape maximum minimum ' +
    'greater less equal logicalAnd logicalOr argMax oneHot dataSync arraySync cast asType toFloat toInt relu tanh dot transpose gather ' +
    'squaredDifference logSumExp max min norm as1D as2D asScalar'
  ).split(' '),
);

/** Local names that mean the framework or come from it. `tf` is customary where a script tag or bundler brings it. */
export function frameworkNames(module: Module): ReadonlySet<string> {
  const known = NAMES.get(module) ?? namesIn(module);
  NAMES.set(module, known);
  return known;
}

const NAMES = new WeakMap<Module, ReadonlySet<string>>();

function namesIn(module: Module): ReadonlySet<string> {
  const names = new Set(['tf']);
  for (const statement of collect(module.body, 'import'))
    if (FRAMEWORK.test(statement.module)) for (const binding of statement.bindings) names.add(binding.local);
  return names;
}

export function usesFramework(nodes: readonly ProgramNode[], names: ReadonlySet<string>): boolean {
  let uses = false;
  walk(nodes, (node) => {
    if (node.kind === 'name') uses ||= names.has(node.name);
    else if (node.kind === 'call' && node.callee.kind === 'attribute') uses ||= TENSOR_METHODS.has(node.callee.name);
    return !uses;
  });
  return uses;
}
