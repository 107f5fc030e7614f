import { describe, expect, it } from 'vitest';
import { contentText, parseContent } from '../../../src/batch/content';
import { type Directive, isDirectiveError, mergeDirectives, parseDirective } from '../../../src/batch/directive';
import { typeText } from '../../../src/shape/shapeText';

function parsed(text: string): Directive {
  const result = parseDirective(text);
  if (isDirectiveError(result)) throw new Error(result.message);
  return result;
}

/** The inputs in one line. */
function inputsText(text: string): string {
  return parsed(text)
    .inputs.map(
      ({ name, shape, dtype, content }) => `${name} ${typeText({ shape, dtype: dtype ?? 'float32' })} ${content && contentText(content)}`,
    )
    .join('; ');
}

describe('the sample-batch comment', () => {
  it.each([
    ['y_true (B, 10) onehot, y_pred (B, 10) softmax; B=32', 'y_true (B, 10) float32 onehot; y_pred (B, 10) float32 softmax'],
    ['y_true (B,) int64 labels(10), y_pred (B, C)', 'y_true (B,) int64 labels(10); y_pred (B, C) float32 null'],
    ['y_true (B, 2*C + 1) concat(softmax C, onehot C, zeros 1)', 'y_true (B, 2*C + 1) float32 concat(softmax C, onehot C, zeros 1)'],
    ['old_logits (B, 7) logits, self.w () uniform(-1, 1e-3)', 'old_logits (B, 7) float32 logits; self.w () float32 uniform(-1, 0.001)'],
    [
      'y_true (B, 2) [[0.1, 0.9], [nan, -inf]], y_pred (B, 2) same',
      'y_true (B, 2) float32 [[0.1, 0.9], [NaN, -Infinity]]; y_pred (B, 2) float32 same',
    ],
    ['y_true [[1, 0], …]', 'y_true (B, 2) float32 [[1, 0]]'],
    ['', ''],
  ])('reads %s', (text, expected) => {
    expect(inputsText(text)).toBe(expected);
  });

  it('tells sizes, the seed, the version of Keras and hyperparameters apart', () => {
    const text =
      'y_true (B, C) onehot, y_pred (B, C) softmax; B=32, C=5, seed=7, T=2.0, alpha=[0.25, 1], name="x, y", flag=True, mode=None, keras=2';
    expect(parsed(text)).toMatchObject({
      sizes: { B: 32, C: 5 },
      seed: 7,
      keras: 2,
      settings: { T: 2, alpha: [0.25, 1], name: 'x, y', flag: true, mode: null },
    });
    expect(parsed('T=2.0, keras=none')).toMatchObject({ inputs: [], settings: { T: 2 }, keras: 'none' });
    expect(parsed('y_true [[1], [2], [3]]').sizes).toEqual({ B: 3 });
  });

  it('reads files and silenced codes', () => {
    expect(parsed('batch from samples/my batch.npz; keras=2')).toMatchObject({ batchFile: 'samples/my batch.npz', keras: 2 });
    expect(parsed('batch from "a;b.json"').batchFile).toBe('a;b.json');
    expect(parsed('ignore[axis-out-of-range, log-of-zero]').ignore).toEqual(['axis-out-of-range', 'log-of-zero']);
    expect(parsed('ignore').ignore).toEqual(['*']);
  });

  it('merges several lines', () => {
    const merged = mergeDirectives([parsed('y_true (B, 1), y_pred (B, 1); seed=1'), parsed('y_pred (B, 2); seed=2, a=1')]);
    expect(merged).toMatchObject({ seed: 2, settings: { a: 1 } });
    expect(merged.inputs.map(({ name, shape }) => [name, shape.length, shape[1]])).toEqual([
      ['y_true', 2, 1],
      ['y_pred', 2, 2],
    ]);
  });

  it.each([
    ['y_true (B, 10) onhot', "'onhot' is no content", 'onhot'],
    ['y_true (B, 10', "expected ',' or ')' between sizes", ''],
    ['y_true B, 10', 'expected the sizes of y_true', 'B'],
    ['y_true (B) ones y_pred (B)', "expected ',' before the next input", 'y_pred'],
    ['y_true (B), y_true (B)', 'y_true is stated twice', ''],
    ['y_true (B); B=0', 'B must be a whole number of at least 1', 'B=0'],
    ['y_true (B); keras=4', 'keras is 2, 3 or none', 'keras=4'],
    ['y_true (B) string', 'a batch cannot be of string', 'string'],
    ['y_true (B, 2) [[1, 2], [3]]', 'all rows must have one length', '[[1, 2], [3]'],
    ['y_true (B) uniform(2, 1)', 'must not be above', '2, 1'],
    ['batch from', "expected a file's path", ''],
  ])('says what is wrong with %s', (text, message, place) => {
    const result = parseDirective(text);
    expect(isDirectiveError(result) && result.message).toContain(message);
    if (isDirectiveError(result) && place !== '') expect(text.slice(result.start, result.end).trim()).toBe(place);
  });

  it('prints contents as it reads them', () => {
    for (const text of ['labels(C)', 'labels', 'uniform(0, 1)', 'concat(softmax 7, onehot 3)', '[[1, 2], [3, 4]]', 'unit']) {
      const content = parseContent(text);
      expect('message' in content ? content.message : contentText(content)).toBe(text);
    }
    expect(parseContent('softmax 7')).toEqual({ message: "unexpected '7'" });
  });
});
