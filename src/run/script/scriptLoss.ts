/** Owns finding the loss among what a script's modules export, and making it callable with a pair of tensors. */
import type * as tfjs from '@tensorflow/tfjs-core';
import type { Setting } from '../../trace/outcome';
import type { ScriptRequest } from '../protocol';
import { ScriptModules } from './evaluateModules';

export type ScriptLoss = (yTrue: tfjs.Tensor, yPred: tfjs.Tensor) => unknown;

/** The loss does not exist, or cannot be reached from outside. */
export class LossNotFound extends Error {}

type Callable = (...args: readonly unknown[]) => unknown;
type Constructor = new (...args: readonly unknown[]) => Record<string, unknown>;

/** `given`: settings, and tensors by the names of parameters. */
export function scriptLoss(script: ScriptRequest, tf: unknown, given: Readonly<Record<string, Setting | tfjs.Tensor>>): ScriptLoss {
  const modules = new ScriptModules(script, tf);
  const argumentsFor = (names: readonly string[]): readonly unknown[] =>
    names.map((name) => (Object.hasOwn(given, name) ? given[name] : undefined));
  const found = script.path.reduce<unknown>((value, name) => partOf(value, name, argumentsFor), modules.exportsOf(script.entry));
  const loss = script.factory && typeof found === 'function' ? (found as Callable)(...argumentsFor(script.factoryParameters)) : found;
  const further = argumentsFor(script.furtherParameters);
  if (typeof loss === 'function') return (yTrue, yPred) => (loss as Callable)(yTrue, yPred, ...further);
  const method = methodOf(loss);
  if (method !== undefined) return (yTrue, yPred) => method(yTrue, yPred, ...further);
  throw new LossNotFound(`there is no loss \`${script.path.join('.')}\` that can be called from outside`);
}

/** A property; of a class, a static member or a method of an instance made with defaults. */
function partOf(value: unknown, name: string, argumentsFor: (names: readonly string[]) => readonly unknown[]): unknown {
  if (value === undefined || value === null) return undefined;
  const own = (value as Record<string, unknown>)[name];
  if (own !== undefined) return typeof own === 'function' ? bound(own as Callable, value) : own;
  if (typeof value !== 'function' || !/^class\b/.test(Function.prototype.toString.call(value))) return undefined;
  const instance = new (value as Constructor)(...argumentsFor([]));
  const member = instance[name];
  return typeof member === 'function' ? (member as Callable).bind(instance) : member;
}

function bound(member: Callable, owner: unknown): unknown {
  return /^class\b/.test(Function.prototype.toString.call(member))
    ? member
    : Object.assign(member.bind(owner), { prototype: member.prototype });
}

/** Objects that compute when asked: `apply` and the like. */
function methodOf(value: unknown): Callable | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const object = value as Record<string, unknown>;
  const name = ['call', 'apply', 'loss', 'compute', 'forward'].find((each) => typeof object[each] === 'function');
  return name === undefined ? undefined : (object[name] as Callable).bind(object);
}
