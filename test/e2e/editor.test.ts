/** What a person does in a trusted workspace: writes a loss, reads what Loss Lab says, has it evaluated. One window for all. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { numberText } from '../../src/base/numberText';
import { evaluatingProcesses } from '../support/childProcesses';
import { reducedByCommandLine } from '../support/commandLine';
import { describeInWorkbench } from '../support/e2e';
import { runLens } from '../support/runLens';
import type { Workbench } from '../support/workbench';

const MSE = `import tensorflow as tf


# loss-lab: y_true (B, 10), y_pred (B, 10); seed=7
def mse(y_true, y_pred):
    difference = y_true - y_pred
    return tf.reduce_mean(tf.square(difference), axis=-1)
`;

const ENDLESS = `import tensorflow as tf


# loss-lab: y_true (4, 2), y_pred (4, 2)
def endless(y_true, y_pred):
    x = y_pred
    while True:
        x = tf.sin(x)
    return tf.reduce_sum(x)
`;

const SCALED = `import tensorflow as tf


def scaled(y_true, y_pred):
    return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)
`;

const TYPESCRIPT = `import * as tf from '@tensorflow/tfjs';

// loss-lab: yTrue (10, 1), yPred (10, 1); seed=7
export function customMse(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor {
  const squared = yTrue.sub(yPred).square();
  return squared.mean(-1);
}
`;

const workspace = {
  'custom_mse.ts': TYPESCRIPT,
  'mse.py': MSE,
  'endless.py': ENDLESS,
  'scaled.py': SCALED,
  'plain.py': 'print("no loss here")\n',
};
const MARK = ['LOSS_LAB_TEST_WINDOW', String(process.pid)] as const;
/** The first evaluation starts a process that loads TensorFlow. */
const LONG = { timeout: 60_000 };

const lossText = (workbench: Workbench): Promise<string> => workbench.webview().getByLabel('Loss', { exact: true }).innerText();

describeInWorkbench('an editor', { workspace, env: { [MARK[0]]: MARK[1] } }, (open) => {
  it('activates without an error', async () => {
    const workbench = open();
    await workbench.openFile('mse.py');
    await expect.poll(() => workbench.extensionLog(), { timeout: 30_000 }).toMatch(/_doActivateExtension loss-lab\.loss-lab/);
    expect(await workbench.page.getByText('Restricted Mode').count()).toBe(0);
  });

  it('shows a diagnostic while the text has a mistake, and takes it away', async () => {
    const workbench = open();
    await workbench.openFile('mse.py');
    await workbench.setText(MSE.replace('axis=-1', 'axis=2'));
    const [problem] = await workbench.waitForProblems((problems) => problems.length === 1);
    expect(problem?.severity).toBe('error');
    expect(problem?.text).toMatch(/axis 2.*axis-out-of-range/);
    await workbench.setText(MSE);
    await workbench.waitForProblems((problems) => problems.length === 0);
    expect(workbench.extensionLog()).not.toMatch(/loss-lab.* failed|\[error\].*loss-lab/i);
  });

  it('hovers with the shape of the smallest expression, and with what is known of a loss', async () => {
    const workbench = open();
    await workbench.openFile('mse.py');
    expect(await workbench.hoverText(7, 30, 'tf.square')).toMatch(/tf\.square\(difference\): \(B, 10\) float32/);
    expect(await workbench.hoverText(5, 6, 'Keras')).toMatch(/→ \(B,\) float32[\s\S]*Keras 3/);
  });

  it('shows assumption and result above a loss, and shapes behind assignments', async () => {
    const workbench = open();
    await workbench.openFile('mse.py');
    await workbench.codeLens('y_true (B, 10), y_pred (B, 10) (from comment) → (B,)').waitFor();
    await workbench.page.locator('.view-lines').getByText(': (B, 10)', { exact: true }).first().waitFor();
    await workbench.openFile('plain.py');
    await workbench.page.waitForTimeout(500);
    expect(await workbench.page.locator('.codelens-decoration:visible').count()).toBe(0);
  });

  it('evaluates a loss and shows the number that the command line prints', async () => {
    const workbench = open();
    await runLens(workbench, 'mse.py', 'mse');
    const page = workbench.webview();
    await page.getByText('Current').waitFor(LONG);
    const expected = reducedByCommandLine(path.join(workbench.workspace, 'mse.py'), 'mse');
    expect(await lossText(workbench)).toBe(numberText(expected));
    expect(await page.locator('.gradients > tensor-chart [aria-label="cell"] rect').count()).toBe(80);
    await page.getByRole('button', { name: 'Show difference in line 6' }).click();
    await workbench.page.getByText('Ln 6, Col', { exact: false }).waitFor();
  });

  it('evaluates again when the source changes, and keeps the last numbers while that fails', async () => {
    const workbench = open();
    await workbench.openFile('mse.py');
    const page = workbench.webview();
    const before = await lossText(workbench);
    await workbench.setText(MSE.replace('tf.square(difference)', '4.0 * tf.square(difference)'));
    await expect.poll(async () => numberText(Number(await lossText(workbench)) / 4), LONG).toBe(before);
    await workbench.setText(MSE.replace('axis=-1', 'axis=2'));
    await page.getByRole('alert').getByText('axis 2').waitFor(LONG);
    expect(await page.locator('.result.stale').count()).toBe(1);
    await workbench.setText(MSE);
    await expect.poll(() => lossText(workbench), LONG).toBe(before);
    await page.getByText('Current').waitFor(LONG);
  });

  it('applies quick fixes: a sample-batch comment, and silence about a finding', async () => {
    const workbench = open();
    await workbench.openFile('scaled.py');
    await workbench.codeLens('→ (B,)').waitFor();
    await (await workbench.quickFixes(4, 6)).filter({ hasText: 'Add a sample-batch comment' }).click();
    await workbench.codeLens('(from comment) → (B,)').waitFor();
    expect(await workbench.savedText('scaled.py')).toMatch(/\n# loss-lab: y_true \(B, C\).*\ndef scaled/);
    await workbench.setText(MSE.replace('axis=-1', 'axis=2'));
    await workbench.waitForProblems((problems) => problems.some(({ text }) => text.includes('axis 2')));
    await (await workbench.quickFixes(7, 14)).filter({ hasText: 'Ignore axis-out-of-range' }).click();
    expect(await workbench.savedText('scaled.py')).toMatch(/axis=2\) {2}# loss-lab: ignore\[axis-out-of-range\]\n/);
  });

  it('does the same for TypeScript', async () => {
    const workbench = open();
    await workbench.openFile('custom_mse.ts');
    expect(await workbench.hoverText(5, 20, 'float32')).toContain('yTrue: (10, 1) float32');
    await runLens(workbench, 'custom_mse.ts', 'customMse');
    await workbench.webview().getByText('Current').waitFor(LONG);
    const expected = reducedByCommandLine(path.join(workbench.workspace, 'custom_mse.ts'), 'customMse');
    expect(await lossText(workbench)).toBe(numberText(expected));
  });

  it('cancels an endless evaluation', async () => {
    const workbench = open();
    await runLens(workbench, 'endless.py', 'endless');
    const page = workbench.webview();
    await page.getByRole('button', { name: 'Cancel' }).click(LONG);
    await page.getByRole('alert').getByText('The evaluation was cancelled.').waitFor();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
  });

  // Elsewhere the process to kill is not found so easily.
  it.runIf(process.platform === 'linux')('tells of a crash of the evaluating process, and evaluates with a new one', async () => {
    const workbench = open();
    const page = workbench.webview();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText(/Tracing|Starting/).waitFor(LONG);
    await expect.poll(() => evaluatingProcesses(...MARK).length, LONG).toBe(1);
    // The one seen may be the cancelled evaluation's, on its way out: the present one is killed too.
    const crashed = page.getByRole('alert').getByText('The evaluating process crashed');
    const killAndCount = () => {
      for (const id of evaluatingProcesses(...MARK)) process.kill(id, 'SIGKILL');
      return crashed.count();
    };
    await expect.poll(killAndCount, { ...LONG, interval: 500 }).toBe(1);
    await runLens(workbench, 'mse.py', 'mse');
    await page.getByText('Current').waitFor(LONG);
  });
});
