/** Owns what the panel says when there is no result: one message, where it happened, and the way out. */
import type { Span } from '../base/span';
import type { FailureKind } from '../run/protocol';
import type { Texts } from '../workspace/texts';
import type { FailureView } from './protocol';
import { placeOf } from './resultView';

export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly span: Span | null;
}

const RUNS = 'This is what running the loss would raise.';

interface Kind {
  readonly title: string;
  readonly hint: string | null;
  readonly command?: FailureView['command'];
}

const LOG: FailureView['command'] = { id: 'showOutput', title: 'Show log' };

const KINDS: Readonly<Record<FailureKind, Kind>> = {
  shape: { title: 'The shapes do not fit', hint: RUNS },
  dtype: { title: 'The dtypes do not fit', hint: RUNS },
  value: { title: 'A value is not accepted', hint: RUNS },
  index: { title: 'An index is out of range', hint: RUNS },
  name: { title: 'A name does not exist', hint: RUNS },
  type: { title: 'A type is not accepted', hint: RUNS },
  exception: { title: 'The loss raised an exception', hint: null },
  unsupported: { title: 'Not understood yet', hint: 'Give what is missing in the loss-lab comment above the loss, or simplify this line.' },
  timeout: {
    title: 'Stopped: it took too long',
    hint: 'A smaller batch in the loss-lab comment (B=4) is faster; the limit is the setting lossLab.timeout.',
  },
  memory: { title: 'Stopped: it needs too much memory', hint: 'Give a smaller batch in the loss-lab comment above the loss, such as B=4.' },
  crash: { title: 'The evaluating process crashed', hint: 'Run again: a new process is started for it.', command: LOG },
  input: { title: 'The sample batch cannot be used', hint: 'Change the loss-lab comment above the loss.' },
  usage: { title: 'This loss cannot be evaluated', hint: null },
  cancelled: { title: 'Cancelled', hint: 'Run again whenever you like.' },
  superseded: { title: 'Replaced', hint: null },
};

/** The trace's words for a parameter that nothing gives a value. */
const MISSING = /^`[\w.]+` has no default/;
const MISSING_INPUT: Kind = {
  title: 'Something is not given',
  hint: 'The light bulb on the line of the loss offers to add it to the loss-lab comment, as a tensor or as a number.',
};

export function failureView({ kind, message, span }: Failure, texts: Texts | undefined): FailureView {
  const { title, hint, command } = kind === 'unsupported' && MISSING.test(message) ? MISSING_INPUT : KINDS[kind];
  return { title, message, hint, command: command ?? null, at: span === null || texts === undefined ? null : placeIn(span, texts) };
}

function placeIn(span: Span, texts: Texts): FailureView['at'] {
  const place = placeOf(span, texts);
  const { line } = place.start;
  return { place, line: line + 1, text: texts.index(span.document).lineText(line).trim() };
}
