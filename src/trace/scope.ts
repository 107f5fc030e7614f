/** Owns scopes: where names of functions, classes and comprehensions live. Module scopes, evaluated on demand, are in moduleScope.ts. */
import type { ClassValue, Value } from '../value/value';

/** Anything that names can be looked up in. */
export interface NameSource {
  lookUp(name: string): Value | undefined;
  readonly document: string;
  /** Binds a name of the module (Python's `global`). */
  bindGlobal(name: string, value: Value): void;
}

/** Variables of a scope and of the blocks around it, innermost first. */
export type Snapshot = readonly ReadonlyMap<string, Value>[];

export class Scope implements NameSource {
  private variables = new Map<string, Value>();
  private readonly outside = new Map<string, 'global' | 'nonlocal'>();
  /** The class whose method this is, and the instance: for super(). */
  owner: ClassValue | undefined;
  self: Value | undefined;
  /** Values returned by branches whose condition is not known. */
  readonly pendingReturns: Value[] = [];
  /** Values of `yield`, in a generator's scope. */
  readonly yields: Value[] = [];
  /** Keras or @tf.function converts this function's control flow. */
  autograph = false;

  constructor(
    readonly parent: NameSource,
    /** `class` scopes are not seen from the functions inside; `block` scopes share their function's frame. */
    readonly kind: 'function' | 'class' | 'block',
  ) {}

  get document(): string {
    return this.parent.document;
  }

  lookUp(name: string): Value | undefined {
    if (this.outside.get(name) === undefined) {
      const value = this.variables.get(name);
      if (value !== undefined) return value;
    }
    return this.parent instanceof Scope && this.parent.kind === 'class' && this.kind === 'function'
      ? this.parent.parent.lookUp(name)
      : this.parent.lookUp(name);
  }

  declareOutside(name: string, which: 'global' | 'nonlocal'): void {
    this.outside.set(name, which);
  }

  /** Python's assignment: binds here, or where `global` and `nonlocal` say. */
  bind(name: string, value: Value): void {
    const outside = this.outside.get(name);
    if (outside === 'global') this.bindGlobal(name, value);
    else if (outside === 'nonlocal' && this.parent instanceof Scope) this.parent.rebind(name, value);
    else this.variables.set(name, value);
  }

  /** Assignment without declaration (JavaScript, nonlocal): the innermost scope that has the name. */
  rebind(name: string, value: Value): void {
    if (this.variables.has(name) || !(this.parent instanceof Scope)) this.variables.set(name, value);
    else this.parent.rebind(name, value);
  }

  has(name: string): boolean {
    return this.variables.has(name);
  }

  remove(name: string): void {
    this.variables.delete(name);
  }

  bindGlobal(name: string, value: Value): void {
    this.parent.bindGlobal(name, value);
  }

  /** The scope of the function around (blocks are transparent). */
  frame(): Scope {
    return this.kind === 'block' && this.parent instanceof Scope ? this.parent.frame() : this;
  }

  entries(): ReadonlyMap<string, Value> {
    return this.variables;
  }

  /**
   * Takes a copy of the variables, to run a branch that may not happen; `restore` puts one back. The blocks around (JavaScript's) are
   * included, up to the function's own variables.
   */
  snapshot(): Snapshot {
    const around = this.kind === 'block' && this.parent instanceof Scope ? this.parent.snapshot() : [];
    return [new Map(this.variables), ...around];
  }

  restore([variables, ...around]: Snapshot): void {
    if (variables !== undefined) this.variables = new Map(variables);
    if (around.length > 0 && this.parent instanceof Scope) this.parent.restore(around);
  }
}
