/** Owns the form of a finding: what every rule reports and every view (command line, editor, panel, SARIF) shows. */
import type { Span } from './span';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

export interface RelatedPlace {
  readonly message: string;
  readonly span: Span;
}

/** A finding as users see it. `loss` names the loss under which it was found; null outside any. */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly loss: string | null;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly Fix[];
}

/** Why an evaluation failed, as `run --json` names it. */
export type ErrorKind =
  | 'shape'
  | 'dtype'
  | 'value'
  | 'index'
  | 'name'
  | 'type'
  | 'exception'
  | 'unsupported'
  | 'timeout'
  | 'memory'
  | 'crash'
  | 'input'
  | 'usage';
