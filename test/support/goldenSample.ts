/** Owns running one golden sample through parse → trace → execute, and holding the result against what TensorFlow recorded. */
import { LIBRARY } from '../../src/api/library';
import { currentNode } from '../../src/api/variables';
import type { StoredArray } from '../../src/batch/tensorData';
import { type GraphBuilder, GraphFailure } from '../../src/graph/build';
import { gradient } from '../../src/graph/gradient';
import type { NodeId } from '../../src/graph/graph';
import { KernelError } from '../../src/graph/kernelError';
import { PRIMITIVES } from '../../src/graph/primitives/table';
import { closureOf } from '../../src/program/modules';
import type { PythonParser } from '../../src/python/parser';
import type { Backend } from '../../src/run/backends';
import { Evaluator } from '../../src/run/evaluate';
import { type DType, isComplex, isFloat } from '../../src/shape/dtype';
import { concreteShape, sizeOf } from '../../src/shape/shape';
import { call } from '../../src/trace/calls';
import { Context } from '../../src/trace/context';
import { registerDialect } from '../../src/trace/dialects/dialect';
import { pythonDialect } from '../../src/trace/dialects/python';
import { Interpreter } from '../../src/trace/interpreter';
import { GapSignal, ProblemSignal, RaisedSignal } from '../../src/trace/signals';
import type { TensorValue, Value } from '../../src/value/value';

registerDialect(pythonDialect);

type Recorded = number | string | boolean;

export interface RecordedTensor {
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly data?: readonly Recorded[];
}

export interface GoldenSample {
  readonly id: string;
  readonly entry: string;
  readonly flavor: 'keras3' | 'keras2' | 'tf1';
  readonly source: string;
  readonly inputs: readonly (RecordedTensor & { readonly name: string; readonly dtype: DType; readonly data: readonly Recorded[] })[];
  readonly output: unknown;
  readonly gradientOf?: number;
  readonly gradient?: Readonly<Record<string, RecordedTensor | null>> | { readonly error: unknown };
  readonly weighted?: Readonly<Record<string, RecordedTensor | null>>;
}

/** `equal`, or what is not: the code of the difference, then the detail. */
export interface SampleResult {
  readonly status: 'equal' | 'gap' | 'value' | 'dtype' | 'shape' | 'gradient' | 'no error' | 'false error' | 'crash';
  readonly detail: string;
}

const HEADERS: Readonly<Record<GoldenSample['flavor'], string>> = {
  keras3: 'import tensorflow as tf\nimport numpy as np\nimport keras\nfrom keras import ops\nfrom tensorflow.keras import backend as K\n',
  keras2: 'import tensorflow as tf\nimport numpy as np\nimport tf_keras as keras\nfrom tf_keras import backend as K\n',
  tf1: 'import tensorflow.compat.v1 as tf\nimport numpy as np\n',
};

const DOCUMENT = 'sample.py';

export function runSample(sample: GoldenSample, parser: PythonParser, backend: Backend): SampleResult {
  const module = parser.parse(HEADERS[sample.flavor] + sample.source, DOCUMENT);
  const feeds = new Map(sample.inputs.map((input) => [input.name, stored(input)]));
  const evaluator = new Evaluator(backend, feeds);
  const interpreter = new Interpreter(
    {
      closure: closureOf(module, { resolve: () => undefined }),
      loss: 'f',
      inputs: [],
      keras: 'none',
      mode: 'run',
      settings: {},
      budget: { steps: 2_000_000, milliseconds: 20_000 },
    },
    { library: LIBRARY, primitives: PRIMITIVES, values: { numbers: (build, node) => evaluator.numbers(build, node) } },
  );
  try {
    return compareRun(sample, interpreter, evaluator);
  } finally {
    evaluator.dispose();
  }
}

function compareRun(sample: GoldenSample, interpreter: Interpreter, evaluator: Evaluator): SampleResult {
  const nodes = new Map(
    sample.inputs.map((input) => [input.name, interpreter.build.input(input.name, { shape: input.shape, dtype: input.dtype })]),
  );
  let returned: Value;
  try {
    const scope = interpreter.module(DOCUMENT);
    const f = scope?.lookUp('f');
    if (f === undefined) return { status: 'gap', detail: 'f is not found' };
    const context = new Context(interpreter, { document: DOCUMENT, start: 0, end: 0 }, 'f', DOCUMENT);
    returned = call(
      context,
      f,
      [...nodes.values()].map((node) => interpreter.wrap(node)),
      {},
    );
    const error = errorOf(sample.output);
    if (error === undefined) {
      const difference = compareValue(sample.output, returned, interpreter, evaluator);
      return difference ?? compareGradients(sample, nodes, returned, interpreter, evaluator);
    }
    force(returned, interpreter, evaluator);
    if (returned.kind === 'unknown') return { status: 'gap', detail: returned.reason };
    const [problem] = interpreter.problems;
    return problem === undefined ? { status: 'no error', detail: error.message } : refused(problem.failure.detail);
  } catch (signal) {
    return ofSignal(sample, signal);
  }
}

/** Computes everything in a value, so that errors of kernels come out. */
function force(value: Value, interpreter: Interpreter, evaluator: Evaluator): void {
  if (value.kind === 'tensor') evaluator.numbers(interpreter.build, value.node);
  else if (value.kind === 'list' || value.kind === 'tuple') for (const item of value.items) force(item, interpreter, evaluator);
}

function errorOf(output: unknown): { readonly message: string } | undefined {
  return typeof output === 'object' && output !== null && 'error' in output ? (output as { error: { message: string } }).error : undefined;
}

/** Refused is refused: TensorFlow words and sorts the same mistake differently from op to op. */
function refused(detail: string): SampleResult {
  return { status: 'equal', detail };
}

function ofSignal(sample: GoldenSample, signal: unknown): SampleResult {
  const error = errorOf(sample.output);
  const found = failureOf(signal);
  if (found === undefined)
    return {
      status: 'crash',
      detail: signal instanceof Error ? `${signal.message} ${signal.stack?.split('\n')[1] ?? ''}` : String(signal),
    };
  if (found.kind === 'gap') return { status: 'gap', detail: found.detail };
  if (error === undefined) return { status: 'false error', detail: found.detail };
  return refused(found.detail);
}

function failureOf(signal: unknown): { readonly kind: string; readonly detail: string } | undefined {
  if (signal instanceof GapSignal) return { kind: 'gap', detail: signal.reason };
  if (signal instanceof ProblemSignal) return signal.problem.failure;
  if (signal instanceof GraphFailure) return signal.failure;
  if (signal instanceof KernelError)
    return signal.kind === 'unsupported' ? { kind: 'gap', detail: signal.detail } : { kind: signal.kind, detail: signal.detail };
  if (signal instanceof RaisedSignal) return { kind: RAISED_KINDS[signal.type] ?? 'value', detail: signal.text };
  return undefined;
}

const RAISED_KINDS: Readonly<Record<string, string>> = {
  TypeError: 'type',
  ValueError: 'value',
  IndexError: 'index',
  NameError: 'name',
  AttributeError: 'name',
  KeyError: 'index',
};

function compareValue(expected: unknown, value: Value, interpreter: Interpreter, evaluator: Evaluator): SampleResult | undefined {
  if (value.kind === 'unknown') return { status: 'gap', detail: value.reason };
  if (Array.isArray(expected)) {
    const items = value.kind === 'list' || value.kind === 'tuple' ? value.items : undefined;
    if (items === undefined || items.length !== expected.length)
      return { status: 'value', detail: `${expected.length} values expected, a ${value.kind} found` };
    return expected
      .map((part, i) => compareValue(part, items[i] ?? value, interpreter, evaluator))
      .find((difference) => difference !== undefined);
  }
  const record = expected as Record<string, unknown>;
  if ('dict' in record) return compareDict(record.dict as Record<string, unknown>, value, interpreter, evaluator);
  if ('python' in record) return comparePython(record.python, value, interpreter, evaluator);
  const recorded = expected as RecordedTensor;
  if (value.kind !== 'tensor') {
    if (recorded.shape.length === 0 && (value.kind === 'number' || value.kind === 'boolean'))
      return comparePython(recorded.data?.[0], value, interpreter, evaluator);
    return { status: 'value', detail: `a tensor expected, a ${value.kind} found` };
  }
  return compareTensor(recorded, value, interpreter, evaluator);
}

function compareDict(
  expected: Record<string, unknown>,
  value: Value,
  interpreter: Interpreter,
  evaluator: Evaluator,
): SampleResult | undefined {
  if (value.kind !== 'dict') return { status: 'value', detail: `a dict expected, a ${value.kind} found` };
  for (const [key, part] of Object.entries(expected)) {
    const found = value.entries.get(`s:${key}`) ?? value.entries.get(`n:${key}`);
    const difference =
      found === undefined ? { status: 'value' as const, detail: `no key ${key}` } : compareValue(part, found.value, interpreter, evaluator);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function comparePython(expected: unknown, value: Value, interpreter: Interpreter, evaluator: Evaluator): SampleResult | undefined {
  const given = plain(value, interpreter, evaluator);
  const same = (a: unknown, b: unknown): boolean => {
    if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
    if (typeof b === 'number' || typeof b === 'boolean') return close(number(a as Recorded), Number(b));
    return a === b;
  };
  return same(expected, given)
    ? undefined
    : { status: 'value', detail: `${JSON.stringify(expected)} expected, ${JSON.stringify(given)} found` };
}

function plain(value: Value, interpreter: Interpreter, evaluator: Evaluator): unknown {
  switch (value.kind) {
    case 'number':
    case 'boolean':
    case 'string':
      return value.value;
    case 'none':
      return null;
    case 'dtype':
      return value.dtype;
    case 'shape':
      return [...value.dims];
    case 'list':
    case 'tuple':
      return value.items.map((item) => plain(item, interpreter, evaluator));
    case 'tensor':
      return evaluator.numbers(interpreter.build, value.node)[0];
    default:
      return value.kind;
  }
}

function compareTensor(
  expected: RecordedTensor,
  value: TensorValue,
  interpreter: Interpreter,
  evaluator: Evaluator,
): SampleResult | undefined {
  const shape = concreteShape(value.type.shape);
  if (shape === undefined || shape.join() !== expected.shape.join())
    return { status: 'shape', detail: `(${expected.shape.join()}) expected, (${shape?.join() ?? 'symbolic'}) found` };
  if (expected.dtype !== undefined && expected.dtype !== value.type.dtype)
    return { status: 'dtype', detail: `${expected.dtype} expected, ${value.type.dtype} found` };
  // Random values are never compared.
  if (expected.data === undefined) return undefined;
  return compareData(
    expected.data,
    evaluator.numbers(interpreter.build, currentNode(interpreter.memory, value)),
    value.type.dtype,
    'value',
  );
}

function compareData(
  expected: readonly Recorded[],
  given: StoredArray,
  dtype: string,
  status: 'value' | 'gradient',
): SampleResult | undefined {
  if (expected.length !== given.length) return { status, detail: `${expected.length} elements expected, ${given.length} found` };
  const half = dtype === 'float16' || dtype === 'bfloat16';
  const wrong = expected.findIndex((value, i) => !close(number(value), given[i] ?? 0, half ? 1e-2 : 1e-4));
  return wrong < 0 ? undefined : { status, detail: `element ${wrong}: ${expected[wrong]} expected, ${given[wrong]} found` };
}

function number(value: Recorded): number {
  return typeof value === 'string' ? Number(value) : Number(value);
}

function close(expected: number, given: number, relative = 1e-4): boolean {
  if (Object.is(expected, given) || expected === given) return true;
  if (Number.isNaN(expected) || Number.isNaN(given)) return Number.isNaN(expected) && Number.isNaN(given);
  if (!Number.isFinite(expected) || !Number.isFinite(given))
    return Math.abs(expected) > 3.4e38 && Math.abs(given) > 3.4e38 && Math.sign(expected) === Math.sign(given);
  return Math.abs(expected - given) <= 1e-6 + relative * Math.abs(expected);
}

/** Of the sum of the first float tensor, plain and weighted. */
function compareGradients(
  sample: GoldenSample,
  nodes: ReadonlyMap<string, NodeId>,
  returned: Value,
  interpreter: Interpreter,
  evaluator: Evaluator,
): SampleResult {
  const equal: SampleResult = { status: 'equal', detail: '' };
  if (sample.gradient === undefined || 'error' in sample.gradient) return equal;
  const target = floatTensor(returned, sample.gradientOf ?? 0);
  if (target === undefined) return { status: 'gradient', detail: 'no float tensor is returned' };
  const { build } = interpreter;
  const difference = compareGradient(
    sample.gradient as Readonly<Record<string, RecordedTensor | null>>,
    nodes,
    target,
    isComplex(target.type.dtype) ? seedOf(build, target, [1]) : undefined,
    interpreter,
    evaluator,
  );
  if (difference !== undefined || sample.weighted === undefined) return difference ?? equal;
  const size = Number(sizeOf(target.type.shape));
  const weights = Array.from({ length: size }, (_, i) => 0.5 + ((7 * i) % 11) / 10);
  const seed = seedOf(build, target, weights);
  return compareGradient(sample.weighted, nodes, target, seed, interpreter, evaluator) ?? equal;
}

/** The gradient that comes in: the weights, real where the output is complex. */
function seedOf(build: GraphBuilder, target: TensorValue, weights: readonly number[]): NodeId {
  const { shape, dtype } = target.type;
  const real = dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype;
  const size = Number(sizeOf(shape));
  const seed = build.reshape(build.constant(weights, [size], real), shape);
  return real === dtype ? seed : build.emit('complex', [seed, build.zerosLike(seed)]);
}

function floatTensor(value: Value, index: number): TensorValue | undefined {
  if (value.kind === 'tensor') return isFloat(value.type.dtype) || isComplex(value.type.dtype) ? value : undefined;
  if (value.kind === 'list' || value.kind === 'tuple') {
    const direct = value.items[index];
    const found = direct === undefined ? undefined : floatTensor(direct, 0);
    return found ?? value.items.map((item) => floatTensor(item, 0)).find((item) => item !== undefined);
  }
  if (value.kind === 'dict')
    return [...value.entries.values()].map((item) => floatTensor(item.value, 0)).find((item) => item !== undefined);
  return undefined;
}

function compareGradient(
  expected: Readonly<Record<string, RecordedTensor | null>>,
  nodes: ReadonlyMap<string, NodeId>,
  target: TensorValue,
  seed: NodeId | undefined,
  interpreter: Interpreter,
  evaluator: Evaluator,
): SampleResult | undefined {
  const { build } = interpreter;
  const names = Object.keys(expected);
  const found =
    target.flavor === 'numpy'
      ? names.map(() => null)
      : gradient(
          build,
          target.node,
          names.map((name) => nodes.get(name) ?? 0),
          seed,
        );
  for (const [i, name] of names.entries()) {
    const recorded = expected[name];
    const node = found[i] ?? null;
    if (recorded === null || recorded === undefined) {
      if (node !== null) return { status: 'gradient', detail: `None expected for ${name}` };
    } else if ('error' in recorded) continue;
    else if (node === null) return { status: 'gradient', detail: `a gradient of ${name} is expected, None found` };
    else {
      const difference = compareData(recorded.data ?? [], evaluator.numbers(build, node), build.dtype(node), 'gradient');
      if (difference !== undefined)
        return { status: 'gradient', detail: `${seed === undefined ? '' : 'weighted '}${name} ${difference.detail}` };
    }
  }
  return undefined;
}

function stored(input: GoldenSample['inputs'][number]): StoredArray {
  const values = input.data.map(number);
  if (input.dtype === 'bool') return Uint8Array.from(values) as StoredArray;
  return isFloat(input.dtype) || isComplex(input.dtype) ? Float32Array.from(values) : Int32Array.from(values);
}
