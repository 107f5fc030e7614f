/** Owns tracing a piece of Python for tests: source, loss name and input types to an outcome. */
import { LIBRARY } from '../../src/api/library';
import { PRIMITIVES } from '../../src/graph/primitives/table';
import { closureOf } from '../../src/program/modules';
import { loadPythonParser } from '../../src/python/parser';
import { parseType, typeText } from '../../src/shape/shapeText';
import { CHECK_BUDGET, type InputSpec, type TraceOutcome } from '../../src/trace/outcome';
import { trace } from '../../src/trace/trace';
import type { KerasVersion } from '../../src/value/api';
import { readParserWasm } from './parserWasm';

export const PYTHON_HEADER = 'import tensorflow as tf\nimport numpy as np\nimport keras\nfrom tensorflow.keras import backend as K\n';

export interface TraceOptions {
  readonly loss?: string;
  readonly yTrue?: string;
  readonly yPred?: string;
  readonly keras?: KerasVersion;
  /** Further modules by name, for imports between files. */
  readonly modules?: Readonly<Record<string, string>>;
}

const parser = await loadPythonParser({ readWasm: readParserWasm });

export function traceSource(source: string, options: TraceOptions = {}): TraceOutcome {
  const { loss = 'loss', yTrue = '(B, 3)', yPred = '(B, 3)', keras = 3, modules = {} } = options;
  const module = parser.parse(PYTHON_HEADER + source, 'main.py');
  const host = {
    resolve: (_document: string, name: string) => (modules[name] === undefined ? undefined : parser.parse(modules[name], `${name}.py`)),
  };
  const inputs: readonly InputSpec[] = [
    { name: 'y_true', role: 'y_true', type: inputType(yTrue) },
    { name: 'y_pred', role: 'y_pred', type: inputType(yPred) },
  ];
  return trace(
    { closure: closureOf(module, host), loss, inputs, keras, mode: 'check', settings: {}, budget: CHECK_BUDGET },
    { library: LIBRARY, primitives: PRIMITIVES },
  );
}

function inputType(text: string) {
  const parsed = parseType(text);
  if (parsed === undefined) throw new Error(`not a type: ${text}`);
  return { shape: parsed.shape, dtype: parsed.dtype ?? ('float32' as const) };
}

/** The type of what the loss returned, as text; the first gap's reason where it is not known. */
export function returnedText(outcome: TraceOutcome): string {
  if (outcome.value !== null) return typeText(outcome.build.type(outcome.value));
  return outcome.gaps[0]?.reason ?? 'nothing';
}
