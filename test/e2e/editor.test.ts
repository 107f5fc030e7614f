/** What a person sees while typing, in a real VS Code: diagnostics, hovers, CodeLenses, inlay hints and quick fixes. */
import { expect, it } from 'vitest';
import { describeInWorkbench } from '../support/e2e';

const HEADER = 'import tensorflow as tf\n\n\n';
const MSE = `${HEADER}# loss-lab: y_true (B, 10), y_pred (B, 10); seed=7
def mse(y_true, y_pred):
    difference = y_true - y_pred
    return tf.reduce_mean(tf.square(difference), axis=-1)
`;

describeInWorkbench('an editor', { workspace: { 'mse.py': MSE, 'plain.py': 'print("nothing to see")\n' } }, (open) => {
  it('shows a diagnostic while the text has a mistake, and takes it away', async () => {
    const workbench = open();
    await workbench.openFile('mse.py');
    await workbench.setText(MSE.replace('axis=-1', 'axis=2'));
    const [problem] = await workbench.waitForProblems((problems) => problems.length === 1);
    expect(problem?.severity).toBe('error');
    expect(problem?.text).toMatch(/axis 2.*axis/);
    await workbench.setText(MSE);
    await workbench.waitForProblems((problems) => problems.length === 0);
  });

  it('hovers with the shape of the smallest expression', async () => {
    const workbench = open();
    await workbench.openFile('mse.py');
    expect(await workbench.hoverText(7, 30, 'tf.square')).toMatch(/tf\.square\(difference\): \(B, 10\) float32/);
    expect(await workbench.hoverText(5, 6, 'Keras')).toMatch(/→ \(B,\) float32[\s\S]*Keras 3/);
  });
});
