/** What the editor writes: hovers, CodeLenses and comments, from analyses of small files. */
import { describe, expect, it } from 'vitest';
import type { CheckedLoss } from '../../../src/check/result';
import { ignoreFix, missingInputFixes, sampleBatchEdit } from '../../../src/editor/commentEdits';
import { hoverText } from '../../../src/editor/hoverText';
import { directiveText, lensText } from '../../../src/editor/lossText';
import type { Analysis } from '../../../src/workspace/analysis';
import { analysisOfText } from '../../support/analyses';

const LOSS = `import tensorflow as tf

# loss-lab: y_true (B, 10) onehot, y_pred (B, 10) softmax; B=4, seed=7
def loss(y_true, y_pred):
    product = y_true * y_pred
    left, right = product[:, :3], tf.cast(product, tf.float16)
    return tf.reduce_sum(product, axis=-1)
`;

function hoverAt(text: string, place: string): string {
  const found = hoverText(analysisOfText(text), text.indexOf(place));
  return found === undefined ? '' : found.parts.join('\n');
}

function onlyLoss({ file }: Analysis): CheckedLoss {
  const [loss] = file.losses;
  if (loss === undefined) throw new Error('no loss');
  return loss;
}

const commented = ({ file, texts }: Analysis) => ({ document: file.document, language: file.language, lines: texts.index(file.document) });

describe('a hover', () => {
  it.each([
    ['product = ', 'product: (B, 10) float32'],
    ['y_true * y_pred', 'y_true: (B, 10) float32'],
    ['* y_pred', 'y_true * y_pred: (B, 10) float32'],
    ['right = ', 'right: (B, 10) float16'],
    ['reduce_sum', 'tf.reduce_sum(product, axis=-1): (B,) float32'],
    ['loss(y_true', '→ (B,) float32'],
    ['import', ''],
  ])('at %s', (place, expected) => {
    const text = hoverAt(LOSS, place);
    if (expected === '') expect(text).toBe('');
    else expect(text).toContain(expected);
  });

  it('says why nothing is known', () => {
    expect(hoverAt(LOSS.replace('y_true * y_pred', 'mystery(y_pred)'), 'mystery')).toMatch(/not known.*`mystery`/);
  });
});

it('a CodeLens says what is assumed, from where, and what comes out', () => {
  expect(lensText(onlyLoss(analysisOfText(LOSS)))).toBe('y_true (B, 10) onehot, y_pred (B, 10) softmax (from comment) → (B,)');
});

it('the comment that is written says what was assumed before', () => {
  const bare = LOSS.replace(/# loss-lab.*\n/, '');
  const before = analysisOfText(bare);
  const edit = sampleBatchEdit(onlyLoss(before), commented(before));
  const after = analysisOfText(bare.slice(0, edit.span.start) + edit.newText + bare.slice(edit.span.end));
  const { inputs, sizes, seed, ...loss } = onlyLoss(after);
  expect(loss.assumed).toBe('comment');
  expect({ inputs, seed }).toEqual({ inputs: onlyLoss(before).inputs, seed: onlyLoss(before).seed });
  expect(sizes).toMatchObject({ B: 8 });
  expect(directiveText(onlyLoss(after))).toBe(directiveText(onlyLoss(before)));
});

it('a missing tensor can be named in the comment', () => {
  const text = `import tensorflow as tf

def make(old_logits):
    def loss(y_true, y_pred):
        return tf.reduce_mean(tf.square(old_logits - y_pred), axis=-1)
    return loss
`;
  const before = analysisOfText(text);
  const [fix] = missingInputFixes(onlyLoss(before), commented(before));
  const edit = fix?.edits[0];
  if (edit === undefined) throw new Error('no fix');
  expect(fix?.title).toContain('old_logits (B,');
  const after = onlyLoss(analysisOfText(text.slice(0, edit.span.start) + edit.newText + text.slice(edit.span.end)));
  expect(after.inputs.map(({ name }) => name)).toEqual(['y_true', 'y_pred', 'old_logits']);
  expect(after.returns).not.toBeNull();
});

describe('silence about a finding', () => {
  const silenced = (line: string, language: 'python' | 'javascript' = 'python') => {
    const analysis = analysisOfText(line, language);
    const { document, lines } = commented(analysis);
    const fix = ignoreFix('some-code', { document, start: 0, end: 1 }, { document, language, lines });
    const edit = fix?.edits[0];
    return edit === undefined ? undefined : line.slice(0, edit.span.start) + edit.newText + line.slice(edit.span.end);
  };

  it.each([
    ['x = 1\ny = 2\n', 'x = 1  # loss-lab: ignore[some-code]\ny = 2\n'],
    ['x = 1  # loss-lab: ignore[other]\n', 'x = 1  # loss-lab: ignore[other, some-code]\n'],
    ['x = \\\n  1\n', undefined],
  ])('%j', (before, after) => expect(silenced(before)).toBe(after));

  it('in TypeScript', () => expect(silenced('const x = 1;\n', 'javascript')).toBe('const x = 1; // loss-lab: ignore[some-code]\n'));
});
