/** Owns the table of all rules. */
import { batchAxis, overlapAxes, transposeOfVector } from './axisRules';
import { firstSampleOnly, indexPastEnd, indivisibleBatch, pythonFunction, rangeOverBatch } from './batchRules';
import { classContract, squeezedBatch, stateAcrossCalls, symbolicTensor, weightParameter } from './body';
import { columnRanges, klDirection, klForms, teacherGradient, temperatureOneSide } from './distillation';
import { integerMean, unsignedWrap } from './dtypeRules';
import { gradientBlocked } from './gradientBlocked';
import { logitsAsProbabilities, softmaxTwice, swappedArguments } from './logits';
import { normalizedAxis } from './normalizedAxis';
import { arcAtOne, powerOfNegative, rootAtZero, vanishingEpsilon, whereGradientTrap } from './numericEdges';
import { epsilonOutsideLog, exponentialOverflow, logOfSoftmax } from './numericLog';
import { returnForm } from './returns';
import type { Rule } from './rule';
import { wrongSign } from './signRules';
import { silentBroadcast } from './silentBroadcast';
import { targetsWithoutEffect } from './targetsWithoutEffect';
import { divisionByZero, logOfZero } from './zeroHazards';

export const RULES: readonly Rule[] = [
  silentBroadcast,
  batchAxis,
  overlapAxes,
  normalizedAxis,
  transposeOfVector,
  squeezedBatch,
  indexPastEnd,
  indivisibleBatch,
  firstSampleOnly,
  pythonFunction,
  rangeOverBatch,
  unsignedWrap,
  integerMean,
  gradientBlocked,
  logOfSoftmax,
  epsilonOutsideLog,
  exponentialOverflow,
  logOfZero,
  divisionByZero,
  rootAtZero,
  powerOfNegative,
  arcAtOne,
  vanishingEpsilon,
  whereGradientTrap,
  softmaxTwice,
  logitsAsProbabilities,
  swappedArguments,
  wrongSign,
  targetsWithoutEffect,
  temperatureOneSide,
  klForms,
  klDirection,
  teacherGradient,
  columnRanges,
  returnForm,
  stateAcrossCalls,
  symbolicTensor,
  weightParameter,
  classContract,
];
