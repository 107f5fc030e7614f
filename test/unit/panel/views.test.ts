/** What the panel is sent: numbers as the command line prints them, none and zero told apart, large tensors cut. */
import { describe, expect, it } from 'vitest';
import { failureView } from '../../../src/panel/failureView';
import { parseFromPage, parseSavedPanel } from '../../../src/panel/protocol';
import { resultView, tensorView } from '../../../src/panel/resultView';
import { executeRun } from '../../../src/run/execute';
import { batchFor, runRequest } from '../../../src/workspace/runRequest';
import { analysisOfText } from '../../support/analyses';
import { testBackend } from '../../support/graphs';

const backend = await testBackend('cpu');
const hooks = { progress: () => undefined, cancelled: () => false, now: () => 0 };

async function viewOf(body: string) {
  const text = `import tensorflow as tf\n\n# loss-lab: y_true (3, 2), y_pred (3, 2) ones\ndef loss(y_true, y_pred):\n${body}`;
  const analysis = analysisOfText(text);
  const [loss] = analysis.file.losses;
  const closure = analysis.closure();
  if (loss === undefined || closure === undefined) throw new Error('no loss');
  const batch = await batchFor(loss, analysis.file.document);
  const answer = executeRun(runRequest({ closure, loss: loss.name, checked: loss, batch, keras: 'auto' }), backend, hooks);
  if (!answer.ok) throw new Error(answer.failure.message);
  return resultView({ result: answer.result, loss, inputs: batch.inputs, batch: batch.source, texts: analysis.texts });
}

describe('a result', () => {
  it('has its numbers as text', async () => {
    const view = await viewOf('    third = y_pred / 3.0\n    return tf.reduce_sum(third, axis=-1)\n');
    expect(view).toMatchObject({ reduced: '0.66667', keras: 'Keras 3', value: { shape: [3], type: '(3,) float32', min: '0.66667' } });
    expect(view.reducedNote).toContain('The mean of the 3 values');
    expect(view.terms).toMatchObject([{ name: 'third', line: 5, shape: '(3, 2)', mean: '0.33333' }]);
  });

  it('tells no gradient from a gradient of zero', async () => {
    const view = await viewOf('    return tf.reduce_sum(0.0 * y_pred + tf.stop_gradient(y_true), axis=-1)\n');
    expect(view.gradients.map(({ role, kind }) => [role, kind])).toEqual([
      ['y_pred', 'zero'],
      ['y_true', 'none'],
    ]);
  });

  it('names what is not finite, and where it comes from', async () => {
    const view = await viewOf('    return tf.reduce_sum(tf.math.log(y_pred - 1.0), axis=-1)\n');
    expect(view).toMatchObject({ reduced: '-Infinity', value: { min: null, inf: 3 } });
    expect(view.observations[0]).toMatchObject({ severity: 'error', line: 5 });
    expect(view.observations[0]?.message).toContain('tf.math.log');
  });
});

it('large tensors are cut at whole rows, and their statistics are of all elements', () => {
  const data = new Float32Array(300_000);
  data[data.length - 1] = 7;
  const view = tensorView({ shape: [3000, 100], dtype: 'float32', data });
  expect(view).toMatchObject({ omitted: 1000, max: '7' });
  expect(view.data).toHaveLength(200_000);
});

it('a failure says where it happened', () => {
  const { texts, file } = analysisOfText('x = 1\n  y = tensorflow\n');
  const view = failureView({ kind: 'shape', message: 'no', span: { document: file.document, start: 8, end: 9 } }, texts);
  expect(view).toMatchObject({ message: 'no', at: { line: 2, text: 'y = tensorflow' } });
});

describe('messages', () => {
  it.each<[unknown, boolean]>([
    [{ kind: 'ready' }, true],
    [{ kind: 'command', id: 'installRuntime' }, true],
    [{ kind: 'command', id: 'workbench.action.quit' }, false],
    [{ kind: 'reveal', place: { document: 'd', start: { line: 0 } } }, false],
    ['run', false],
  ])('%j', (message, known) => expect(parseFromPage(message) !== undefined).toBe(known));

  it('of a saved panel', () => {
    expect(parseSavedPanel({ uri: 'file:///a.py', loss: 'mse' })).toEqual({ uri: 'file:///a.py', loss: 'mse' });
    expect(parseSavedPanel({ uri: 3 })).toBeUndefined();
  });
});
