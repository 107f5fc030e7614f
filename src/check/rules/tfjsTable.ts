/** Owns the table of the rules for TensorFlow.js: its own, and those of TensorFlow that hold for both. Fixes of the latter are Python and left out. */
import { overlapAxes, transposeOfVector } from './axisRules';
import { batchAxis } from './batchAxis';
import { klDirection } from './klDivergence';
import { softmaxTwice } from './logits';
import { arcAtOne, powerOfNegative, rootAtZero } from './numericEdges';
import { epsilonOutsideLog, exponentialOverflow, logOfSoftmax } from './numericLog';
import type { Rule } from './rule';
import { wrongSign } from './signRules';
import { silentBroadcast } from './silentBroadcast';
import { tfjsGradient } from './tfjsGradient';
import { tfjsReturn } from './tfjsReturns';
import { vanishingEpsilon } from './vanishingEpsilon';
import { whereGradientTrap } from './whereGradientTrap';

const SHARED: readonly Rule[] = [
  silentBroadcast,
  batchAxis,
  overlapAxes,
  transposeOfVector,
  logOfSoftmax,
  epsilonOutsideLog,
  exponentialOverflow,
  rootAtZero,
  powerOfNegative,
  arcAtOne,
  vanishingEpsilon,
  whereGradientTrap,
  softmaxTwice,
  wrongSign,
  klDirection,
];

export const TFJS_RULES: readonly Rule[] = [...SHARED.map(withoutFixes), tfjsGradient, tfjsReturn];

function withoutFixes(rule: Rule): Rule {
  return { ...rule, check: (context) => rule.check(context).map((finding) => ({ ...finding, fixes: [] })) };
}
