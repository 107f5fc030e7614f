/** keras.ops calls have the shapes and dtypes that Keras itself gives (reference/keras_ops.json: 1369 calls executed on its NumPy backend, None as 6). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIBRARY } from '../../../src/api/library';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import { closureOf } from '../../../src/program/modules';
import { loadPythonParser } from '../../../src/python/parser';
import { BATCH, type Dim } from '../../../src/shape/dim';
import { type DType, dtypeNamed } from '../../../src/shape/dtype';
import type { TensorType } from '../../../src/shape/shape';
import { call } from '../../../src/trace/calls';
import { Context } from '../../../src/trace/context';
import { registerDialect } from '../../../src/trace/dialects/dialect';
import { pythonDialect } from '../../../src/trace/dialects/python';
import { Interpreter } from '../../../src/trace/interpreter';
import { CHECK_BUDGET } from '../../../src/trace/outcome';
import type { Value } from '../../../src/value/value';
import { readParserWasm } from '../../support/parserWasm';

registerDialect(pythonDialect);

type Recorded = { readonly shape: readonly (number | null)[]; readonly dtype: string } | readonly Recorded[] | string;

interface Example {
  readonly expr: string;
  readonly out?: Recorded;
  readonly error?: string;
  readonly eager_B6?: Recorded;
  readonly eager_B6_error?: string;
  readonly spec_differs_from_eager?: boolean;
}

const file = path.join(__dirname, '../../golden/reference/keras_ops.json');
const { ops } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly ops: readonly { readonly name: string; readonly examples: readonly Example[] }[];
};
const parser = await loadPythonParser({ readWasm: readParserWasm });

/** Ops of which the installed Keras differs from the executed one, or which are a gap. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  // Not released, not followed, and results that are Python values or depend on data.
  (
    'cholesky_inverse column_stack gammainc matrix_power eig lu_factor lstsq matrix_rank svd kaiser stft histogram allclose dtype is_tensor ndim shape size where nonzero bincount ' +
    'segment_sum segment_max segment_min segment_prod nanquantile nanpercentile convert_to_numpy fft2 ifft2'
  )
    .split(' ')
    .map((name) => `keras.ops.${name}`),
);

/** Where NumPy and the TensorFlow backend, whose truth counts, differ. */
function differsInTensorFlow(name: string, expr: string): boolean {
  if (/axis=\(1,1\)|axis=\[1,2\]|Ellipsis/.test(expr)) return true;
  if (/bitwise|_shift|gcd|lcm/.test(name)) return !expr.includes('int32');
  if (/vstack|one_hot|pad|sparsemax|top_k|digitize|ldexp|leaky_relu|multi_hot/.test(name)) return true;
  const floatsOnly =
    /celu|elu|erf|erfc|erfinv|gelu|hard_|log_sigmoid|nextafter|reciprocal|rsqrt|selu|sigmoid|silu|shrink|softplus|softsign|sparse_|squareplus|swish/;
  return (floatsOnly.test(name) && expr.includes('int32')) || (name === 'keras.ops.reciprocal' && expr.includes('float16'));
}

/** `ops.add(T(None,3),2)` → the call with names for tensors, and their types. */
function parsed(expr: string, batch: Dim): { readonly source: string; readonly inputs: readonly TensorType[] } {
  const inputs: TensorType[] = [];
  const source = expr.replace(/T\(([^()]*)\)/g, (_, inside: string) => {
    let dtype: DType = 'float32';
    const shape: Dim[] = [];
    for (const part of inside
      .split(',')
      .map((text) => text.trim())
      .filter(Boolean)) {
      const named = /dtype="(\w+)"/.exec(part)?.[1];
      if (named !== undefined) dtype = dtypeNamed(named) ?? dtype;
      else shape.push(part === 'None' ? batch : Number(part));
    }
    inputs.push({ shape, dtype });
    return `t${inputs.length - 1}`;
  });
  return { source, inputs };
}

function traced(expr: string, batch: Dim): string {
  const { source, inputs } = parsed(expr, batch);
  const names = inputs.map((_, i) => `t${i}`);
  const module = parser.parse(
    `import numpy as np\nimport keras\nfrom keras import ops\ndef f(${names.join(', ')}):\n    return ${source}\n`,
    'main.py',
  );
  const request = {
    closure: closureOf(module, { resolve: () => undefined }),
    loss: 'f',
    inputs: [],
    keras: 3,
    mode: 'check',
    settings: {},
    budget: CHECK_BUDGET,
  } as const;
  const interpreter = new Interpreter(request, { library: LIBRARY, primitives: PRIMITIVES });
  const nodes = inputs.map((type, i) => interpreter.wrap(interpreter.build.input(`t${i}`, type)));
  const context = new Context(interpreter, { document: 'main.py', start: 0, end: 0 }, 'f', 'main.py');
  const f = interpreter.module('main.py')?.lookUp('f');
  const value = f ? context.guarded(() => call(context, f, nodes, {}), []) : undefined;
  if (interpreter.problems.length > 0) return 'error';
  return value === undefined || value.kind === 'unknown' ? 'gap' : valueText(value);
}

/** Keras writes None for every size that is not a number; so does this, as B. */
function valueText(value: Value): string {
  if (value.kind === 'tensor')
    return `(${value.type.shape.map((dim) => (typeof dim === 'number' ? dim : 'B')).join()}) ${value.type.dtype}`;
  return value.kind === 'list' || value.kind === 'tuple' ? value.items.map(valueText).join('; ') : value.kind;
}

function recordedText(recorded: Recorded | undefined): string {
  if (recorded === undefined) return 'error';
  if (typeof recorded === 'string') return recorded;
  if ('shape' in recorded) return `(${recorded.shape.map((dim) => (dim === null ? 'B' : dim)).join()}) ${recorded.dtype}`;
  return recorded.map(recordedText).join('; ');
}

describe.each(ops.filter((op) => !LEFT_OUT.has(op.name) && op.examples.length > 0).map((op) => [op.name, op.examples] as const))(
  '%s',
  (name, examples) => {
    test.each(examples.filter(({ expr }) => !differsInTensorFlow(name, expr)).map((example) => [example.expr, example] as const))(
      '%s',
      (expr, example) => {
        if (example.eager_B6 !== undefined || example.eager_B6_error !== undefined)
          expect(traced(expr, 6)).toBe(recordedText(example.eager_B6));
        // None + None is taken for equal by Keras; what fails eagerly may fail here already.
        const symbolic = traced(expr, BATCH);
        if (symbolic !== 'error' && example.out !== undefined && !example.spec_differs_from_eager)
          expect(symbolic).toBe(recordedText(example.out));
      },
    );
  },
);
