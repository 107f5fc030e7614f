/** Owns how evaluation is left early: exceptions that never leave the trace. Each is caught where the design says the damage ends. */
import type { Span } from '../base/span';
import type { TraceProblem } from '../value/api';
import type { Value } from '../value/value';

/** No Error: thousands are thrown where a loop is not understood, and an Error records its stack each time. */
abstract class Signal {
  constructor(readonly message: string) {}
}

/** A construct that is not understood: the value of the call becomes unknown. */
export class GapSignal extends Signal {
  constructor(
    readonly reason: string,
    readonly span: Span,
  ) {
    super(reason);
  }
}

/** A mistake of the user's that was found: the value of the call becomes unknown, and a `try` around it sees an exception. */
export class ProblemSignal extends Signal {
  constructor(readonly problem: TraceProblem) {
    super(problem.failure.detail);
  }
}

/** An exception that the user's own code raises. */
export class RaisedSignal extends Signal {
  constructor(
    readonly type: string,
    readonly text: string,
    readonly value: Value,
    readonly span: Span,
  ) {
    super(`${type}: ${text}`);
  }
}

/** Ends the whole trace: budget used up or cancelled. */
export class StopSignal extends Signal {}

/** How a block of statements ended. */
export type Completion =
  | { readonly kind: 'normal' }
  | { readonly kind: 'return'; readonly value: Value }
  /** `label`: of an outer loop that is meant. */
  | { readonly kind: 'break' | 'continue'; readonly label?: string };

export const NORMAL: Completion = { kind: 'normal' };
export const BREAK: Completion = { kind: 'break' };
export const CONTINUE: Completion = { kind: 'continue' };
