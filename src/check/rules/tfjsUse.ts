/** Owns what the rules for TensorFlow.js ask of a loss: whether it is trained, and which parameter is the prediction. */
import { functionsGivenTo } from '../../javascript/compiles';
import { ownParams } from '../../javascript/find';
import { trainedNames } from '../../javascript/trained';
import type { FunctionDefinition } from '../../program/program';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import type { RuleContext } from './rule';

/** Something differentiates its result: `compile`, `minimize`, or somebody asked for it to be judged so. */
export function isTrained({ candidate, fitted, module }: RuleContext): boolean {
  const name = candidate.path.at(-1) ?? candidate.name;
  return fitted || candidate.kind === 'lambda' || functionsGivenTo(module).has(name) || trainedNames(module).has(name);
}

const PREDICTED = /pred|output|logit|hat|prob/i;

/** By its name; else the second, as tfjs-layers calls a loss. */
export function predictionName(definition: FunctionDefinition): string | undefined {
  const [first, second] = ownParams(definition).map(({ name }) => name);
  return PREDICTED.test(first ?? '') && !PREDICTED.test(second ?? '') ? first : second;
}

/** What `fit` says when no variable is reached from the result. */
export const NO_CONNECTION = '"Cannot find a connection between any variable and the result of the loss function"';

/** The bit of the prediction among the sources: by position where `fit` calls the loss, by name where the user does. */
export function predictionBit({ candidate, fitted, keras }: RuleContext): number {
  const [first, second] = candidate.params.map(({ name }) => name);
  if (fitted && keras !== 'none') return PREDICTION;
  return PREDICTED.test(first ?? '') && !PREDICTED.test(second ?? '') ? TRUTH : PREDICTION;
}
