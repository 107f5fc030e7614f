/** Owns the form of a rule: what it is given about one traced loss, and what it reports. Texts are made here, from messages. */
import type { Edit, Fix, RelatedPlace, Severity } from '../../base/problem';
import type { Span } from '../../base/span';
import type { Content } from '../../batch/content';
import type { CompileCall, LossCandidate } from '../../program/candidate';
import type { Module } from '../../program/program';
import type { TraceOutcome } from '../../trace/outcome';
import type { KerasVersion } from '../../value/api';
import type { Use } from '../assumptions/use';
import type { GraphFacts } from '../facts/graphFacts';
import type { Origins } from '../facts/origins';
import type { SourceIndex } from '../facts/sourceIndex';

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
  /** True only for the shapes that were assumed: said only where they are stated, or under every shape that was tried. */
  readonly needsShapes?: boolean;
  /** Speaks against shapes that are only assumed, and is said of stated ones alone. */
  readonly onlyStated?: boolean;
  /** What is said there under these codes has this cause: it is not said as well. */
  readonly explains?: { readonly codes: RegExp; readonly within: Span };
}

/** One traced loss, with the facts that rules share. */
export interface RuleContext {
  readonly candidate: LossCandidate;
  readonly module: Module;
  readonly outcome: TraceOutcome;
  readonly facts: GraphFacts;
  readonly origins: Origins;
  readonly source: SourceIndex;
  readonly keras: KerasVersion;
  /** Shapes are stated by a comment, the command line, a model or an annotation, not inferred. */
  readonly stated: boolean;
  /** It is known that Keras calls this loss: a compile() does, or the version of Keras was asked for. */
  readonly fitted: boolean;
  readonly use: Use;
  /** The file is written for an early Keras or TensorFlow, where losses are collected and names differ. */
  readonly lenient: boolean;
  /** The version of Keras was asked for: this file is to be judged as what `fit` runs. */
  readonly asked: boolean;
  /** What the inputs hold, as far as it is known, by role. */
  readonly contents: ReadonlyMap<string, Content>;
  /** The compile() calls of the file that are given this loss. */
  readonly compiles: readonly CompileCall[];
}

export interface Rule {
  /** Codes that it reports. */
  readonly codes: readonly string[];
  /** Rules about gradients and reductions do not concern metrics. */
  readonly metrics?: boolean;
  readonly check: (context: RuleContext) => readonly Finding[];
}

export function fix(title: string, ...edits: readonly Edit[]): Fix {
  return { title, edits };
}

/** One for each place. */
export function distinctEdits(edits: readonly Edit[]): readonly Edit[] {
  return edits.filter((edit, i) => edits.findIndex((other) => other.span.start === edit.span.start) === i);
}

export function replace(span: Span, newText: string): Edit {
  return { span, newText };
}

export function insertAfter(span: Span, newText: string): Edit {
  return { span: { document: span.document, start: span.end, end: span.end }, newText };
}

export function insertBefore(span: Span, newText: string): Edit {
  return { span: { document: span.document, start: span.start, end: span.start }, newText };
}
