/** Owns the state of one trace: the graph being built, module scopes, findings, gaps, budget. The evaluation itself is in the files beside. */
import type { Span } from '../base/span';
import { spanKey } from '../base/span';
import { GraphBuilder, GraphFailure } from '../graph/build';
import type { NodeId } from '../graph/graph';
import type { Failure, Primitive } from '../graph/primitive';
import { importKey } from '../program/modules';
import type { Expr, FunctionDefinition, Stmt } from '../program/program';
import { type Dim, symbol } from '../shape/dim';
import type { TraceProblem } from '../value/api';
import type { Library } from '../value/library';
import { string, type TensorValue, type UnknownValue, unknown, type Value } from '../value/value';
import { type Dialect, dialectFor } from './dialects/dialect';
import { ModuleScope } from './moduleScope';
import { operandOf } from './operandNames';
import type { Gap, NamedTerm, TraceRequest, TypedSpan, ValueSource } from './outcome';
import { Scope } from './scope';
import { GapSignal, ProblemSignal, RaisedSignal, StopSignal } from './signals';
import { executeBlock } from './statements';

export interface TraceEnvironment {
  readonly library: Library;
  readonly primitives: ReadonlyMap<string, Primitive>;
  /** Present in run traces. */
  readonly values?: ValueSource | undefined;
  readonly now?: () => number;
  readonly cancelled?: () => boolean;
}

/** `parameters`: the scope that the arguments are bound in. */
export type CallObserver = (definition: FunctionDefinition, parameters: Scope, span: Span) => void;

/** Calls nested deeper than this are taken for endless recursion. */
const DEEPEST_CALL = 200;
/** Modules that mean the library, whatever files the workspace has. */
const FRAMEWORK_MODULE = /^(tensorflow|keras|tf_keras|numpy|@tensorflow\/[\w-]+)(\.|$)/;
/** Steps between looks at the clock. */
const CLOCK_STEPS = 1024;

export class Interpreter {
  readonly build: GraphBuilder;
  readonly library: Library;
  readonly problems: TraceProblem[] = [];
  readonly gaps: Gap[] = [];
  readonly shapes: TypedSpan[] = [];
  readonly terms: NamedTerm[] = [];
  readonly memory = new Map<string, unknown>();
  /** Names given from outside (closure inputs, settings): they hide what the source binds. */
  readonly given = new Map<string, Value>();
  /** Names that the program sets on a library's modules (`K.symbolic = …`), by path. */
  readonly patches = new Map<string, Value>();
  specialised = false;
  raised: { type: string; message: string; span: Span } | null = null;
  /** Function scope whose assignments are the loss's named terms. */
  termScope: Scope | null = null;
  callDepth = 0;
  /** Depth of `try` blocks with handlers: there, findings are exceptions that the program expects. */
  tryDepth = 0;
  /** Depth of branches whose condition is not known. */
  branchDepth = 0;
  /** Innermost last: whether AutoGraph converts the function being followed. */
  readonly autograph: boolean[] = [];
  /** The loss's own definition until it is called: its scope's assignments are the named terms. */
  awaitedFunction: FunctionDefinition | null = null;
  /** A nested function to catch when its `def` is executed. */
  watchedFunction: { readonly definition: FunctionDefinition; made: Value | null } | null = null;

  /** Set in a survey of how a file uses its losses: told of each call of a user's function. Loops are followed once then. */
  observer: CallObserver | null = null;

  private readonly modules = new Map<string, ModuleScope>();
  private readonly reported = new Set<string>();
  private readonly typed = new Set<string>();
  steps = 0;
  private seeds = 0;
  private fresh = 0;
  private readonly deadline: number;
  private readonly now: () => number;

  constructor(
    readonly request: TraceRequest,
    readonly environment: TraceEnvironment,
  ) {
    this.library = environment.library;
    this.build = new GraphBuilder(environment.primitives);
    this.now = environment.now ?? (() => performance.now());
    this.deadline = this.now() + request.budget.milliseconds;
  }

  autographActive(): boolean {
    return this.autograph.at(-1) ?? this.request.keras === 2;
  }

  get isRun(): boolean {
    return this.request.mode === 'run';
  }

  dialect(document: string): Dialect {
    return dialectFor(this.request.closure.modules[document]?.language ?? 'python');
  }

  /** Counts one step; ends the trace when the budget is used up. */
  step(): void {
    this.steps++;
    if (this.steps > this.request.budget.steps) throw new StopSignal('the loss takes too many steps to follow');
    if (this.steps % CLOCK_STEPS === 0) {
      if (this.now() > this.deadline) throw new StopSignal('following the loss takes too long');
      if (this.environment.cancelled?.()) throw new StopSignal('cancelled');
    }
  }

  enterCall<T>(span: Span, body: () => T): T {
    if (this.callDepth >= DEEPEST_CALL) throw new GapSignal('recursion deeper than Loss Lab follows', span);
    this.callDepth++;
    try {
      return body();
    } finally {
      this.callDepth--;
    }
  }

  module(document: string): ModuleScope | undefined {
    const known = this.modules.get(document);
    if (known) return known;
    const module = this.request.closure.modules[document];
    if (!module) return undefined;
    const scope = new ModuleScope(module, this);
    this.modules.set(document, scope);
    return scope;
  }

  /** The document that an import statement names, if it is part of the workspace. The frameworks are the library's, even in their own repositories. */
  importedDocument(document: string, module: string): string | undefined {
    if (FRAMEWORK_MODULE.test(module)) return undefined;
    return this.request.closure.imports[importKey(document, module)];
  }

  // ModuleRunner
  executeTopLevel(statement: Stmt, scope: ModuleScope): void {
    const frame = new TopLevelScope(scope);
    const span = this.build.span;
    try {
      executeBlock(this, [statement], frame);
    } catch (signal) {
      this.absorb(signal, statement.span);
    } finally {
      this.build.span = span;
    }
  }

  fallback(name: string, scope: ModuleScope): Value | undefined {
    if (name === '__name__' && this.observer !== null && scope.document === this.request.closure.entry) return string('__main__');
    return this.starImported(name, scope) ?? this.dialect(scope.document).builtin(this, name);
  }

  inProgress(name: string): Value {
    return unknown(`\`${name}\` is defined in terms of itself`);
  }

  starImported(name: string, scope: ModuleScope): Value | undefined {
    for (const statement of scope.reachedStarImports()) {
      const document = this.importedDocument(scope.document, statement.module);
      const inside = document === undefined ? undefined : this.module(document);
      if (inside) {
        const value = inside.exported(name);
        if (value !== undefined) return value;
        continue;
      }
      const path = this.library.modulePath(statement.module);
      if (path === undefined) continue;
      const found = this.library.resolve(`${path}.${name}`, this.request.keras);
      if (found.kind === 'value') return found.value;
      if (found.kind === 'entry' || found.kind === 'namespace') return { kind: 'api', path: `${path}.${name}` };
    }
    return undefined;
  }

  // Findings and gaps

  problem(failure: Failure, span: Span, callee: string, operands: TraceProblem['operands'] = []): TraceProblem {
    return { code: failure.code, failure, span, operands, callee };
  }

  /** Records a finding once per place. */
  report(problem: TraceProblem): void {
    const key = `${problem.code}@${spanKey(problem.span)}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.problems.push(problem);
  }

  gap(reason: string, span: Span | null): UnknownValue {
    if (!this.gaps.some((gap) => gap.reason === reason && gap.span?.start === span?.start)) this.gaps.push({ reason, span });
    return unknown(reason, span);
  }

  /** Turns what was thrown inside a call or statement into a finding or gap, and its value into an unknown. Control flow passes through. */
  absorb(signal: unknown, span: Span): UnknownValue {
    if (signal instanceof StopSignal || (signal instanceof RaisedSignal && this.callDepth > 0)) throw signal;
    if (signal instanceof GapSignal) return this.gap(signal.reason, signal.span);
    if (signal instanceof RaisedSignal) return this.gap(`raises ${signal.message}`, signal.span);
    const problem = this.problemOf(signal, span, '');
    if (problem) {
      if (this.tryDepth > 0) throw new ProblemSignal(problem);
      if (this.isRun) throw new ProblemSignal(problem);
      this.report(problem);
      return unknown('there is a problem', problem.span);
    }
    throw signal;
  }

  problemOf(signal: unknown, span: Span, callee: string): TraceProblem | undefined {
    if (signal instanceof ProblemSignal) return signal.problem;
    if (!(signal instanceof GraphFailure)) return undefined;
    return this.problem(signal.failure, span, callee || signal.op, this.operands(signal.inputs, span));
  }

  /** How findings name nodes: by the place of what a call at `at` was handed, not of what it made of it. */
  operands(ids: readonly NodeId[], at: Span): TraceProblem['operands'] {
    return ids.map((id) => operandOf(this.build, id, at));
  }

  // Shapes by span

  /** Notes the type of an expression for hovers and inlay hints. */
  record(expr: Expr, value: Value): void {
    if (value.kind !== 'tensor') return;
    const key = `${spanKey(expr.span)} ${value.type.dtype}${value.type.shape.map((d) => (typeof d === 'number' ? d : d.text)).join()}`;
    if (this.typed.has(key)) return;
    this.typed.add(key);
    this.shapes.push({ span: expr.span, node: value.node, type: value.type });
  }

  nextSeed(): number {
    this.seeds++;
    return this.seeds;
  }

  freshDim(hint: string): Dim {
    this.fresh++;
    return symbol(this.fresh === 1 ? hint : `${hint}${this.fresh}`, 'fresh');
  }

  wrap(node: NodeId, flavor: TensorValue['flavor'] = 'tensor'): TensorValue {
    return { kind: 'tensor', node, type: this.build.type(node), flavor };
  }
}

/** Statements at the top of a module bind into the module. */
class TopLevelScope extends Scope {
  constructor(private readonly module: ModuleScope) {
    super(module, 'function');
  }

  override bind(name: string, value: Value): void {
    this.module.bind(name, value);
  }

  override rebind(name: string, value: Value): void {
    this.module.bind(name, value);
  }

  override lookUp(name: string): Value | undefined {
    return this.module.lookUp(name);
  }
}
