/**
 * Owns the messages between the panel's host and its page. The host sends one complete state at a time: scalars as they are to be read
 * (JSON has no NaN), elements of tensors as typed arrays.
 */
import * as v from 'valibot';

/** Zero-based, end exclusive; `document` as the engine names it. */
export interface Place {
  readonly document: string;
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export interface TensorView {
  readonly shape: readonly number[];
  /** `(B, 10) float32` with the batch's sizes. */
  readonly type: string;
  /** The leading elements; all of them unless `omitted` says otherwise. */
  readonly data: Float32Array;
  /** Rows along the first axis that are left out of `data`, for their number. */
  readonly omitted: number;
  /** Of all elements; null where none is finite. */
  readonly min: string | null;
  readonly max: string | null;
  readonly mean: string | null;
  readonly nan: number;
  readonly inf: number;
}

/** `none`: no gradient reaches it (TensorFlow's None), which is another thing than a gradient of zeros. */
export type GradientView =
  | { readonly kind: 'none'; readonly name: string; readonly role: string }
  | { readonly kind: 'zero' | 'values'; readonly name: string; readonly role: string; readonly norm: string; readonly tensor: TensorView };

export interface TermView {
  readonly name: string;
  readonly line: number;
  readonly place: Place;
  readonly shape: string;
  readonly min: string | null;
  readonly max: string | null;
  readonly mean: string | null;
  readonly nan: number;
  readonly inf: number;
  readonly gradientNorm: string | null;
}

export type FindingSeverity = 'error' | 'warning' | 'info' | 'hint' | 'pass';

export interface FindingView {
  readonly severity: FindingSeverity;
  readonly message: string;
  /** Of a finding of the checker; null for what the evaluation showed. */
  readonly code: string | null;
  readonly line: number | null;
  readonly place: Place | null;
}

export interface ResultView {
  readonly reduced: string;
  /** What the number is. */
  readonly reducedNote: string;
  readonly value: TensorView;
  readonly gradients: readonly GradientView[];
  readonly terms: readonly TermView[];
  /** What the evaluation showed, findings of the checker apart. */
  readonly observations: readonly FindingView[];
  readonly received: readonly { readonly name: string; readonly type: string }[];
  readonly backend: { readonly name: string; readonly version: string; readonly reason: string };
  readonly keras: string;
  readonly kerasBecause: string;
  /** Sizes and seed of the sample batch. */
  readonly batch: string;
  readonly timings: string;
}

/** The page's buttons that are commands of the extension. */
export const COMMANDS = ['installRuntime', 'restartRuntime', 'showOutput'] as const;
export type PanelCommand = (typeof COMMANDS)[number];

export interface FailureView {
  readonly title: string;
  readonly message: string;
  /** Where in the source, with the line's text. */
  readonly at: { readonly place: Place; readonly line: number; readonly text: string } | null;
  /** The way out. */
  readonly hint: string | null;
  readonly command: { readonly id: PanelCommand; readonly title: string } | null;
}

export interface PanelState {
  readonly loss: string;
  readonly file: string;
  readonly line: number | null;
  readonly place: Place | null;
  /** What is being computed; null: nothing. */
  readonly running: string | null;
  /** Why the result is not that of the source as it is now; null: it is. */
  readonly stale: string | null;
  readonly result: ResultView | null;
  readonly failure: FailureView | null;
  readonly findings: readonly FindingView[];
}

/** What the page keeps through a restart of VS Code. */
export interface SavedPanel {
  readonly uri: string;
  readonly loss: string;
}

export interface ToPage {
  readonly kind: 'state';
  readonly state: Omit<PanelState, 'result'>;
  /** Only when it is another one than before: tensors are large. */
  readonly result?: ResultView | null;
  readonly saved: SavedPanel;
}

const position = v.object({ line: v.number(), column: v.number() });

const fromPage = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('run') }),
  v.object({ kind: v.literal('cancel') }),
  v.object({ kind: v.literal('reveal'), place: v.object({ document: v.string(), start: position, end: position }) }),
  v.object({ kind: v.literal('command'), id: v.picklist(COMMANDS) }),
  v.object({ kind: v.literal('explain'), code: v.string() }),
]);

export type FromPage = v.InferOutput<typeof fromPage>;

/** Undefined for anything that is no message of the page. */
export function parseFromPage(message: unknown): FromPage | undefined {
  return v.is(fromPage, message) ? message : undefined;
}

const savedPanel = v.object({ uri: v.string(), loss: v.string() });

export function parseSavedPanel(state: unknown): SavedPanel | undefined {
  return v.is(savedPanel, state) ? state : undefined;
}
