/** Owns the list of the tables of TensorFlow.js and of JavaScript's own library. */
import { JS_ARRAYS, JS_GLOBALS, JS_MATH, JS_OBJECTS } from './javascript/globals';
import type { ApiTable } from './table';
import { TFJS_CREATION } from './tfjs/creation';
import { TFJS_ENGINE } from './tfjs/engine';
import { TFJS_LINEAR } from './tfjs/linear';
import { TFJS_LOSSES } from './tfjs/losses';
import { TFJS_BINARY, TFJS_UNARY } from './tfjs/math';
import { TFJS_METRICS } from './tfjs/metrics';
import { TFJS_REDUCTIONS } from './tfjs/reductions';
import { TFJS_RESHAPING, TFJS_SHAPES } from './tfjs/shapes';

export const TFJS_TABLES: readonly ApiTable[] = [
  JS_GLOBALS,
  JS_MATH,
  JS_ARRAYS,
  JS_OBJECTS,
  TFJS_UNARY,
  TFJS_BINARY,
  TFJS_REDUCTIONS,
  TFJS_SHAPES,
  TFJS_RESHAPING,
  TFJS_CREATION,
  TFJS_LINEAR,
  TFJS_LOSSES,
  TFJS_METRICS,
  TFJS_ENGINE,
];
