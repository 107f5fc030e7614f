/** Owns the table of all rules. */
import { withFixes } from '../fixes/ruleFixes';
import { overlapAxes, transposeOfVector } from './axisRules';
import { batchAxis } from './batchAxis';
import { firstSampleOnly, indexPastEnd, indivisibleBatch, loopOverSamples } from './batchRules';
import { batchSlices } from './batchSlices';
import { symbolicTensor } from './body';
import { columnRanges } from './columnRanges';
import { createdVariables, metricResult } from './createdVariables';
import { crossEntropyHalves } from './crossEntropyHalves';
import { teacherDistance, teacherGradient } from './distillation';
import { integerMean, unsignedWrap } from './dtypeRules';
import { epsilonMisused } from './epsilonMisused';
import { expOfLoss } from './expOfLoss';
import { exponentialOverflow } from './exponentials';
import { factoryCalls } from './factoryCalls';
import { foreignCalls } from './foreignCalls';
import { gradientBlocked } from './gradientBlocked';
import { halfPrecisionEpsilon, halfPrecisionOverflow } from './halfPrecision';
import { imageAxes } from './imageAxes';
import { klDirection, klForms } from './klDivergence';
import { logitsAsProbabilities, logOfLogits, softmaxTwice } from './logits';
import { classContract, weightParameter } from './lossContract';
import { missingAttributes } from './missingAttributes';
import { negatedError } from './negatedError';
import { normalizedAxis } from './normalizedAxis';
import { arcAtOne, powerOfNegative } from './numericEdges';
import { epsilonOutsideLog, logOfSoftmax } from './numericLog';
import { pairRows } from './pairTables';
import { bareFunction, pythonFunction } from './pythonFunctions';
import { reshapedAxes } from './reshapedAxes';
import { returnForm } from './returns';
import { rootAtZero, rootOfNegative } from './roots';
import type { Rule } from './rule';
import { wrongSign } from './signRules';
import { silentBroadcast } from './silentBroadcast';
import { smoothOutsideQuotient } from './smoothing';
import {
  logitsAsLabels,
  logsAsLogits,
  logsAsProbabilities,
  sameTermTwice,
  softenedOverBatch,
  temperatureAfterSoftmax,
} from './softTargets';
import { squeezedBatch } from './squeezedBatch';
import { stateAcrossCalls } from './stateAcrossCalls';
import { strategyScope } from './strategyScope';
import { swappedArguments, swappedByHand } from './swappedArguments';
import { targetsWithoutEffect } from './targetsWithoutEffect';
import { temperatureOneSide } from './temperature';
import { undefinedNames } from './undefinedNames';
import { vanishingEpsilon } from './vanishingEpsilon';
import { whereGradientTrap } from './whereGradientTrap';
import { backendMismatch } from './whereItRuns';
import { xlaUnsupported } from './xlaUnsupported';
import { divisionByZero, logOfShifted, logOfZero } from './zeroHazards';

const PLAIN: readonly Rule[] = [
  silentBroadcast,
  pairRows,
  batchAxis,
  overlapAxes,
  smoothOutsideQuotient,
  normalizedAxis,
  transposeOfVector,
  squeezedBatch,
  indexPastEnd,
  indivisibleBatch,
  firstSampleOnly,
  batchSlices,
  reshapedAxes,
  imageAxes,
  pythonFunction,
  foreignCalls,
  undefinedNames,
  missingAttributes,
  unsignedWrap,
  integerMean,
  gradientBlocked,
  logOfSoftmax,
  epsilonOutsideLog,
  exponentialOverflow,
  logOfZero,
  logOfShifted,
  divisionByZero,
  rootAtZero,
  powerOfNegative,
  rootOfNegative,
  arcAtOne,
  vanishingEpsilon,
  whereGradientTrap,
  softmaxTwice,
  logitsAsProbabilities,
  logOfLogits,
  swappedArguments,
  swappedByHand,
  wrongSign,
  crossEntropyHalves,
  expOfLoss,
  epsilonMisused,
  negatedError,
  targetsWithoutEffect,
  temperatureOneSide,
  klForms,
  klDirection,
  teacherGradient,
  teacherDistance,
  logitsAsLabels,
  logsAsProbabilities,
  logsAsLogits,
  sameTermTwice,
  softenedOverBatch,
  temperatureAfterSoftmax,
  columnRanges,
  // Says more than returnForm does of the same place, which is told once.
  strategyScope,
  returnForm,
  stateAcrossCalls,
  symbolicTensor,
  createdVariables,
  metricResult,
  bareFunction,
  loopOverSamples,
  weightParameter,
  classContract,
  factoryCalls,
  backendMismatch,
  halfPrecisionEpsilon,
  halfPrecisionOverflow,
  xlaUnsupported,
];

/** With fixes for what they find. */
export const RULES: readonly Rule[] = PLAIN.map(withFixes);
