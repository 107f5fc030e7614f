/** Owns the list of the tables of TensorFlow.js and of JavaScript's own library. */
import { JS_COLLECTIONS } from './javascript/collections';
import { JS_ARRAYS, JS_GLOBALS, JS_MATH, JS_OBJECTS } from './javascript/globals';
import { JS_TEXTS } from './javascript/texts';
import type { ApiTable } from './table';
import { TFJS_CONVOLUTION } from './tfjs/convolution';
import { TFJS_CREATION } from './tfjs/creation';
import { TFJS_ENGINE } from './tfjs/engine';
import { TFJS_GRADIENTS } from './tfjs/gradients';
import { TFJS_IMAGES } from './tfjs/images';
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
  JS_COLLECTIONS,
  JS_TEXTS,
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
  TFJS_CONVOLUTION,
  TFJS_IMAGES,
  TFJS_GRADIENTS,
];
