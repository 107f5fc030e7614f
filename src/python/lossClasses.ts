/** Owns which classes are losses and which method computes one. */

import { pairKind } from '../program/lossNames';
import type { ClassDefinition, FunctionDefinition, Module } from '../program/program';
import { classNamed, functionNamed } from './definitions';
import { dottedName, type ImportedNames } from './framework';
import { isStub, ownParams } from './pair';

const COMPUTING: readonly string[] = ['call', '__call__'];

/** The method that computes the loss, inherited ones of the module's classes included. */
export function computingMethod(module: Module, definition: ClassDefinition, depth = 0): FunctionDefinition | undefined {
  for (const name of COMPUTING) {
    const method = functionNamed(definition.body, name);
    if (method !== undefined) return method;
  }
  return fromBases(module, definition, depth, (base) => computingMethod(module, base, depth + 1));
}

export function initOf(module: Module, definition: ClassDefinition, depth = 0): FunctionDefinition | undefined {
  return functionNamed(definition.body, '__init__') ?? fromBases(module, definition, depth, (base) => initOf(module, base, depth + 1));
}

function fromBases<T>(
  module: Module,
  definition: ClassDefinition,
  depth: number,
  look: (base: ClassDefinition) => T | undefined,
): T | undefined {
  if (depth > 10) return undefined;
  for (const base of definition.bases) {
    const known = base.value.kind === 'name' ? classNamed(module.body, base.value.name) : undefined;
    const found = known === undefined || known === definition ? undefined : look(known);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A `Loss` subclass that computes something, or a class whose call takes a truth and a prediction. */
export function isLossClass(module: Module, definition: ClassDefinition, names: ImportedNames): boolean {
  const method = computingMethod(module, definition);
  if (method !== undefined && isStub(method)) return false;
  if (isLossSubclass(module, definition, names)) return method !== undefined || inheritsKnownLoss(definition, names);
  if (method === undefined || isOtherSubclass(definition)) return false;
  return pairKind(ownParams(method, true)) === 'named' && !hasStrangeBase(definition, names);
}

function isLossSubclass(module: Module, definition: ClassDefinition, names: ImportedNames, depth = 0): boolean {
  return definition.bases.some((base) => {
    const name = base.name === undefined ? dottedName(base.value) : undefined;
    if (name === undefined || isStrange(name, names)) return false;
    const known = classNamed(module.body, name);
    if (known !== undefined && known !== definition && depth < 10) return isLossSubclass(module, known, names, depth + 1);
    return isNamedLoss(name);
  });
}

/** Names of classes that are losses, whatever those that derive from them are called. */
export function isNamedLoss(name: string): boolean {
  return /Loss$/.test(name) || /(^|\.)losses\.[A-Z]\w*$/.test(name) || /LossFunctionWrapper$/.test(name);
}

/** `class Mine(keras.losses.MeanSquaredError)` computes although it says nothing itself. */
function inheritsKnownLoss(definition: ClassDefinition, names: ImportedNames): boolean {
  return definition.bases.some((base) => {
    const name = dottedName(base.value) ?? '';
    return /(^|\.)losses\.[A-Z]\w*$/.test(name) && !/\.Loss$/.test(name) && names.framework.has(name.split('.')[0] ?? '');
  });
}

/** Metrics, layers and models have a call of their own meaning. */
function isOtherSubclass(definition: ClassDefinition): boolean {
  return definition.bases.some((base) =>
    /(Metric|Mean|Callback|Model|Sequential|TestCase|Dataset|Generator)$/.test(dottedName(base.value) ?? ''),
  );
}

function hasStrangeBase(definition: ClassDefinition, names: ImportedNames): boolean {
  return definition.bases.some((base) => isStrange(dottedName(base.value) ?? '', names));
}

function isStrange(name: string, names: ImportedNames): boolean {
  return names.strangers.has(name.split('.')[0] ?? '');
}
