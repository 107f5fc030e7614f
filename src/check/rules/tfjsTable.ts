/** Owns the table of the rules for TensorFlow.js: its own, and those of TensorFlow that hold for both. Fixes of the latter are Python and left out. */
import { overlapAxes, transposeOfVector } from './axisRules';
import { batchAxis } from './batchAxis';
import { indivisibleBatch } from './batchRules';
import { exponentialOverflow } from './exponentials';
import { klDirection } from './klDivergence';
import { softmaxTwice } from './logits';
import { arcAtOne, powerOfNegative } from './numericEdges';
import { epsilonOutsideLog, logOfSoftmax } from './numericLog';
import { rootAtZero, rootOfNegative } from './roots';
import type { Rule } from './rule';
import { wrongSign } from './signRules';
import { silentBroadcast } from './silentBroadcast';
import { swappedArguments } from './swappedArguments';
import { tfjsArguments } from './tfjsArguments';
import { tfjsArrays } from './tfjsArrays';
import { tfjsConnection } from './tfjsConnection';
import { tfjsFittedShapes } from './tfjsFitTargets';
import { tfjsGradient } from './tfjsGradient';
import { tfjsLeavesGraph } from './tfjsLeavesGraph';
import { tfjsDisposed, tfjsIntegerDivision } from './tfjsMemory';
import { tfjsNames } from './tfjsNames';
import { tfjsReturn } from './tfjsReturns';
import { tfjsScalarWeights } from './tfjsScalarWeights';
import { tfjsUnused } from './tfjsUnused';
import { vanishingEpsilon } from './vanishingEpsilon';
import { whereGradientTrap } from './whereGradientTrap';

const SHARED: readonly Rule[] = [
  silentBroadcast,
  batchAxis,
  indivisibleBatch,
  overlapAxes,
  transposeOfVector,
  logOfSoftmax,
  epsilonOutsideLog,
  exponentialOverflow,
  rootAtZero,
  powerOfNegative,
  rootOfNegative,
  arcAtOne,
  vanishingEpsilon,
  whereGradientTrap,
  softmaxTwice,
  wrongSign,
  klDirection,
];

/** `swappedArguments`: its fix swaps the user's own texts, in either language. */
export const TFJS_RULES: readonly Rule[] = [
  ...SHARED.map(withoutFixes),
  swappedArguments,
  tfjsGradient,
  tfjsConnection,
  tfjsReturn,
  tfjsLeavesGraph,
  tfjsArrays,
  tfjsArguments,
  tfjsNames,
  tfjsDisposed,
  tfjsIntegerDivision,
  tfjsScalarWeights,
  tfjsUnused,
  tfjsFittedShapes,
];

function withoutFixes(rule: Rule): Rule {
  return { ...rule, check: (context) => rule.check(context).map((finding) => ({ ...finding, fixes: [] })) };
}
