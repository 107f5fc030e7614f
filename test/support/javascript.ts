/** Owns what tests of the TypeScript front end share: the parser, traces, and runs of a source in both modes on the cpu backend. */
import { LIBRARY } from '../../src/api/library';
import { LineIndex } from '../../src/base/span';
import type { TensorData } from '../../src/batch/tensorData';
import { analyze } from '../../src/check/analyze';
import type { CheckedFile } from '../../src/check/result';
import { PRIMITIVES } from '../../src/graph/primitives/table';
import { lookUp } from '../../src/javascript/find';
import { loadGrammars, loadJavascriptParser } from '../../src/javascript/parser';
import { closureOf } from '../../src/program/modules';
import type { Module } from '../../src/program/program';
import { loadBackend } from '../../src/run/backends';
import { executeRun } from '../../src/run/execute';
import type { RunAnswer, RunRequest } from '../../src/run/protocol';
import { executeScript } from '../../src/run/script/executeScript';
import { parseType } from '../../src/shape/shapeText';
import { CHECK_BUDGET, type TraceOutcome } from '../../src/trace/outcome';
import { trace } from '../../src/trace/trace';
import type { KerasVersion } from '../../src/value/api';
import { scriptRequest } from '../../src/workspace/scriptFiles';
import { readParserWasm } from './parserWasm';

export const TFJS_HEADER = "import * as tf from '@tensorflow/tfjs';\n";

const parser = await loadJavascriptParser({ readWasm: readParserWasm });
const grammars = await loadGrammars({ readWasm: readParserWasm });
const backend = await loadBackend('cpu', null);

export function parse(source: string, document = 'main.ts'): Module {
  return parser.parse(source, document);
}

/** Modules of other files, by the name under which they are imported. */
export type Modules = Readonly<Record<string, string>>;

function hostOf(modules: Modules) {
  const resolve = (_document: string, name: string) => (modules[name] === undefined ? undefined : parse(modules[name], `${name}.ts`));
  return { resolve };
}

function typeOf(text: string) {
  const parsed = parseType(text);
  if (parsed === undefined) throw new Error(`not a type: ${text}`);
  return { shape: parsed.shape, dtype: parsed.dtype ?? ('float32' as const) };
}

export interface CheckOptions {
  readonly loss?: string;
  readonly yTrue?: string;
  readonly yPred?: string;
  readonly keras?: KerasVersion;
  readonly modules?: Modules;
}

export function traceScript(source: string, options: CheckOptions = {}): TraceOutcome {
  const { loss = 'loss', yTrue = '(B, 3)', yPred = '(B, 3)', keras = 'none', modules = {} } = options;
  const module = parse(TFJS_HEADER + source);
  const inputs = [
    { name: 'y_true', role: 'y_true' as const, type: typeOf(yTrue) },
    { name: 'y_pred', role: 'y_pred' as const, type: typeOf(yPred) },
  ];
  const closure = closureOf(module, hostOf(modules));
  return trace(
    { closure, loss, inputs, keras, mode: 'check', settings: {}, budget: CHECK_BUDGET },
    { library: LIBRARY, primitives: PRIMITIVES },
  );
}

export interface RunOptions {
  readonly loss?: string;
  readonly modules?: Modules;
  readonly keras?: KerasVersion;
  readonly settings?: RunRequest['settings'];
}

const HOOKS = { progress: () => undefined, cancelled: () => false, now: () => performance.now() };

/** Traced, and as itself. */
export function runBoth(
  source: string,
  yTrue: TensorData,
  yPred: TensorData,
  options: RunOptions = {},
): { readonly traced: RunAnswer; readonly itself: RunAnswer } {
  const { loss = 'loss', modules = {}, keras = 'none', settings = {} } = options;
  const text = TFJS_HEADER + source;
  const module = parse(text);
  const host = hostOf(modules);
  const inputs = [
    { name: 'y_true', role: 'y_true' as const, tensor: yTrue },
    { name: 'y_pred', role: 'y_pred' as const, tensor: yPred },
  ];
  const request: RunRequest = { closure: closureOf(module, host), loss, inputs, keras, settings, memoryLimit: 1e9, probes: false };
  const read = (document: string): string => (document === 'main.ts' ? text : (modules[document.replace(/\.ts$/, '')] ?? ''));
  const script = scriptRequest(lookUp(module, new LineIndex(text), loss), loss, { document: 'main.ts', grammars, host, read });
  return { traced: executeRun(request, backend, HOOKS), itself: executeScript(request, script, backend, HOOKS) };
}

/** The outcome in short: the value's elements, or the kind of failure. */
export function outcomeOf(
  answer: RunAnswer,
): { readonly shape: readonly number[]; readonly dtype: string; readonly data: readonly number[] } | string {
  if (!answer.ok) return `${answer.failure.kind}: ${answer.failure.message}`;
  const { shape, dtype, data } = answer.result.value;
  return { shape, dtype, data: Array.from(data) };
}

/** A source with the usual import, checked as the editor does. */
export function checkScript(text: string): CheckedFile {
  return analyze({ document: 'case.ts', text, language: 'javascript', parsers: { javascript: parse }, options: { keras: 'auto' } });
}
