/** Owns what API compositions and operators may do in a trace: the implementation of CallContext. One per call. */

import { followedLength } from '../api/limits';
import { noteTested } from '../api/staticBatch';
import { currentNode } from '../api/variables';
import type { Span } from '../base/span';
import type { GraphBuilder } from '../graph/build';
import type { Attrs, NodeId } from '../graph/graph';
import { type Failure, failure } from '../graph/primitive';
import type { Dim } from '../shape/dim';
import type { DType } from '../shape/dtype';
import type { CallContext, KerasVersion, Operand } from '../value/api';
import type { Library } from '../value/library';
import type { TensorValue, Value } from '../value/value';
import { getAttribute } from './attributes';
import { callValue } from './calls';
import { toTensor } from './convert';
import type { Interpreter } from './interpreter';
import { GapSignal, ProblemSignal } from './signals';
import { isUnresolved } from './unresolved';

/** Of a tensor that a check takes apart: whole data sets (`for image in x_train`) are none of a loss. */
const MOST_ROWS = 512;

export class Context implements CallContext {
  readonly build: GraphBuilder;
  readonly mode: 'check' | 'run';
  readonly keras: KerasVersion;
  readonly language: 'python' | 'javascript';

  constructor(
    readonly interpreter: Interpreter,
    readonly span: Span,
    readonly callee: string,
    readonly document: string,
  ) {
    this.build = interpreter.build;
    this.mode = interpreter.request.mode;
    this.keras = interpreter.request.keras;
    this.language = interpreter.dialect(document).language;
  }

  get library(): Library {
    return this.interpreter.library;
  }

  get autograph(): boolean {
    return this.interpreter.autographActive();
  }

  get memory(): Map<string, unknown> {
    return this.interpreter.memory;
  }

  emit(op: string, inputs: readonly (TensorValue | NodeId)[], attrs: Attrs = {}): TensorValue {
    this.interpreter.step();
    const nodes = inputs.map((input) => (typeof input === 'number' ? input : currentNode(this.memory, input)));
    const tensors = inputs.filter((input) => typeof input !== 'number');
    const flavor =
      tensors.length > 0 && tensors.every((input) => input.flavor === 'numpy')
        ? 'numpy'
        : tensors.some((input) => input.flavor === 'symbolic')
          ? 'symbolic'
          : 'tensor';
    return this.wrap(this.build.emit(op, nodes, attrs), flavor);
  }

  wrap(node: NodeId, flavor: TensorValue['flavor'] = 'tensor'): TensorValue {
    return this.interpreter.wrap(node, flavor);
  }

  tensor(value: Value, dtype?: DType): TensorValue {
    return toTensor(this, value, dtype);
  }

  call(callee: Value, args: readonly Value[], keywords: Readonly<Record<string, Value>> = {}): Value {
    return callValue(this.interpreter, callee, args, keywords, { span: this.span, callee: this.callee, document: this.document });
  }

  iterate(value: Value): readonly Value[] {
    if (value.kind === 'unknown') throw new GapSignal(value.reason, value.span ?? this.span);
    if (value.kind === 'tensor') return this.iterateTensor(value);
    const elements = this.interpreter.dialect(this.document).elements(value);
    if (elements) {
      followedLength(this, elements.length);
      return elements;
    }
    if (value.kind === 'number' && value.value !== undefined)
      this.fail(failure('not-iterable', 'type', `'${value.float ? 'float' : 'int'}' object is not iterable`));
    const own = value.kind === 'object' ? value.methods.get('__iter__') : undefined;
    if (own !== undefined) return this.iterate(this.call({ kind: 'native', name: '__iter__', entry: own }, []));
    const iterator = value.kind === 'instance' ? this.getAttribute(value, '__iter__') : undefined;
    if (iterator && iterator.kind !== 'unknown') return this.iterate(this.call(iterator, []));
    this.unknown('an iterable that is not known');
  }

  private iterateTensor(value: TensorValue): readonly Value[] {
    const [first] = value.type.shape;
    if (this.language === 'javascript')
      this.fail(failure('not-iterable', 'type', 'a tensor is not iterable in JavaScript: use unstack, split or arraySync'), [value]);
    if (first === undefined) this.fail(failure('not-iterable', 'type', 'iterating over a scalar tensor'), [value]);
    if (typeof first !== 'number') {
      if (this.mode === 'check' && this.keras === 3 && value.flavor !== 'numpy' && !this.autograph) {
        this.fail(failure('python-loop-on-tensor', 'type', 'Python iterates over a tensor whose size is not known in the graph'), [value]);
      }
      this.unknown('a loop over an axis whose size is not known');
    }
    if (this.mode === 'check' && first > MOST_ROWS) this.unknown(`a loop over ${first} rows`);
    return Array.from({ length: first }, (_, i) => this.element(value, i));
  }

  /** `value[index]` along the first axis. */
  element(value: TensorValue, index: number): TensorValue {
    const { shape } = value.type;
    const slice = this.emit('slice', [value], {
      start: shape.map((_, axis) => (axis === 0 ? index : 0)),
      size: shape.map((dim, axis) => (axis === 0 ? 1 : dim)),
      step: shape.map(() => 1),
    });
    return { ...this.emit('squeeze', [slice], { axes: [0] }), flavor: value.flavor === 'numpy' ? 'numpy' : 'tensor' };
  }

  truth(value: Value): boolean | undefined {
    noteTested(this, value);
    if (isUnresolved(this, value)) return undefined;
    if (value.kind !== 'tensor' || this.language === 'javascript') return this.interpreter.dialect(this.document).truth(value);
    const numbers = this.numbers(value);
    if (numbers === undefined || numbers.length !== 1) return undefined;
    return numbers[0] !== 0;
  }

  getAttribute(object: Value, name: string): Value {
    return getAttribute(this, object, name);
  }

  hasName(path: string): boolean | undefined {
    const found = this.library.resolve(this.library.modulePath(path) ?? path, this.keras);
    if (found.kind === 'unknown') return undefined;
    return found.kind !== 'missing' || found.severity !== 'error';
  }

  numbers(value: TensorValue): ArrayLike<number> | undefined {
    const node = this.build.node(currentNode(this.memory, value));
    if (node.known?.every((dim) => typeof dim === 'number')) return node.known as readonly number[];
    const size = value.type.shape.reduce<number>((n, dim) => (typeof dim === 'number' ? n * dim : Number.NaN), 1);
    if (node.op === 'constant') {
      const data = node.attrs.data as ArrayLike<number>;
      if (data.length === size) return data;
      if (data.length === 1 && size <= 1_000_000) return new Array<number>(size).fill(data[0] ?? 0);
    }
    if (node.op === 'fill' && size <= 1_000_000) return new Array<number>(size).fill(node.attrs.value as number);
    const { values } = this.interpreter.environment;
    if (values === undefined) return undefined;
    this.interpreter.specialised = true;
    return values.numbers(this.build, node.id);
  }

  dims(value: TensorValue): readonly Dim[] | undefined {
    const { known } = this.build.node(value.node);
    if (known) return known;
    const numbers = this.numbers(value);
    return numbers ? Array.from(numbers) : undefined;
  }

  freshDim(hint: string): Dim {
    return this.interpreter.freshDim(hint);
  }

  fail(what: Failure, operands: readonly TensorValue[] = []): never {
    throw new ProblemSignal(this.interpreter.problem(what, this.span, this.callee, this.operands(operands)));
  }

  unknown(reason: string): never {
    throw new GapSignal(reason, this.span);
  }

  note(what: Failure, operands: readonly TensorValue[] = []): void {
    this.interpreter.report(this.interpreter.problem(what, this.span, this.callee, this.operands(operands)));
  }

  nextSeed(): number {
    return this.interpreter.nextSeed();
  }

  /** Runs a composition: what it throws becomes a finding or a gap, and the value an unknown. Unknown operands give an unknown at once. */
  guarded(composition: () => Value, operands: readonly Value[]): Value {
    const gap = operands.find((operand) => operand.kind === 'unknown');
    if (gap) return gap;
    const { build } = this;
    const before = build.span;
    build.span = this.span;
    try {
      return composition();
    } catch (signal) {
      const problem = this.interpreter.problemOf(signal, this.span, this.callee);
      return this.interpreter.absorb(problem ? new ProblemSignal(problem) : signal, this.span);
    } finally {
      build.span = before;
    }
  }

  private operands(tensors: readonly TensorValue[]): readonly Operand[] {
    return this.interpreter.operands(
      tensors.map((tensor) => tensor.node),
      this.span,
    );
  }
}
