/** Owns the interface of a language's own meaning: operators, truth, indexing, attributes, built-in names. */
import { invariant } from '../../base/assert';
import type { BinaryOp, CompareOp, Language, UnaryExpr } from '../../program/program';
import type { CallContext } from '../../value/api';
import type { Value } from '../../value/value';
import type { Interpreter } from '../interpreter';

export interface Dialect {
  readonly language: Language;
  /** Whether an undeclared assignment binds in the innermost function (Python) or where the name was declared (JavaScript). */
  readonly assignment: 'function' | 'declaration';
  builtin(interpreter: Interpreter, name: string): Value | undefined;
  binary(context: CallContext, op: BinaryOp, left: Value, right: Value): Value;
  unary(context: CallContext, op: UnaryExpr['op'], operand: Value): Value;
  compare(context: CallContext, op: CompareOp, left: Value, right: Value): Value;
  /** Truth of a value; undefined if it is not known. Findings for tensors are the interpreter's. */
  truth(value: Value): boolean | undefined;
  /** `x[items]`. */
  index(context: CallContext, object: Value, items: readonly Value[], tuple: boolean): Value;
  /** Members of values that are neither tensors nor instances, modules or library names. */
  member(context: CallContext, object: Value, name: string): Value | undefined;
  /** Elements of an iterable that is not a tensor; undefined if it cannot be iterated or is not known. */
  elements(value: Value): readonly Value[] | undefined;
}

const dialects = new Map<Language, Dialect>();

/** Each dialect registers itself once, in trace.ts. */
export function registerDialect(dialect: Dialect): void {
  dialects.set(dialect.language, dialect);
}

export function dialectFor(language: Language): Dialect {
  const dialect = dialects.get(language);
  invariant(dialect, `no dialect for ${language}`);
  return dialect;
}
