/** In restricted mode losses are checked and evaluated all the same: they are traced, never executed. */
import { expect, it } from 'vitest';
import { describeInWorkbench } from '../support/e2e';
import { runLens } from '../support/runLens';

const LOSS = `import tensorflow as tf


# loss-lab: y_true (10, 1), y_pred (10, 1); seed=7
def mse(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)
`;

describeInWorkbench('a restricted workspace', { workspace: { 'mse.py': LOSS }, trusted: false }, (open) => {
  it('checks and evaluates a Python loss', async () => {
    const workbench = open();
    await runLens(workbench, 'mse.py', 'mse');
    // The status bar's entry appears when the workbench is idle.
    await workbench.page.getByText('Restricted Mode').waitFor({ timeout: 60_000 });
    expect(await workbench.page.getByText('Restricted Mode').count()).toBe(1);
    await workbench.webview().getByText('Current').waitFor({ timeout: 60_000 });
    expect(await workbench.webview().getByLabel('Loss', { exact: true }).innerText()).toBe('2.5638');
    await workbench.openFile('mse.py');
    await workbench.setText(LOSS.replace('axis=-1', 'axis=2'));
    await workbench.waitForProblems((problems) => problems.some(({ text }) => text.includes('axis-out-of-range')));
    expect(workbench.extensionLog()).not.toMatch(/\[error\].*loss-lab/i);
  });
});
