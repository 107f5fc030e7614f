/** The pictures of the README, taken from the examples: hover, diagnostics, and the panel in light, dark and high contrast. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'vitest';
import { describeInWorkbench } from '../support/e2e';
import type { Theme, Workbench } from '../support/workbench';

const folder = path.resolve('media/screenshots');
const example = (name: string): string => readFileSync(path.resolve('examples', name), 'utf8');

const MISTAKES = `import tensorflow as tf
from tensorflow import keras


# loss-lab: y_true (B, 10) onehot, y_pred (B, 10) softmax
def focal_loss(y_true, y_pred):
    p_t = tf.reduce_sum(y_true * y_pred, axis=2)
    return tf.pow(1.0 - p_t, 2.0) * -tf.math.log(p_t)


# loss-lab: y_true (B, 5), y_pred (B, 4)
def weighted_mse(y_true, y_pred):
    difference = y_true - y_pred
    return tf.reduce_mean(tf.square(difference), axis=-1)
`;

const workspace = {
  'class_incremental.py': example('class_incremental.py'),
  'custom_mse.py': example('custom_mse.py'),
  'mistakes.py': MISTAKES,
};
const size = { width: 1440, height: 900 };
const settings = { 'editor.fontSize': 13, 'workbench.activityBar.location': 'hidden' };

async function openPanel(workbench: Workbench, file: string, line: number): Promise<void> {
  await workbench.openFile(file);
  await workbench.setCursor(line);
  await workbench.codeLens('Run on sample batch').waitFor();
  await workbench.runCommand('Loss Lab: Run Loss at Cursor');
  await workbench.webview().locator('.status', { hasText: 'Current' }).waitFor({ timeout: 60_000 });
  await settle(workbench);
}

/** The mouse lights up whatever it rests on. */
async function settle(workbench: Workbench): Promise<void> {
  await workbench.page.mouse.move(400, 780);
  await workbench.page.waitForTimeout(700);
}

const PANELS: readonly { readonly theme: Theme; readonly name: string }[] = [
  { theme: 'dark', name: 'panel-dark' },
  { theme: 'light', name: 'panel-light' },
  { theme: 'highContrast', name: 'panel-high-contrast' },
];

for (const { theme, name } of PANELS) {
  describeInWorkbench(name, { workspace, size, theme, settings }, (open) => {
    it('shows a result', async () => {
      const workbench = open();
      await workbench.runCommand('View: Close Primary Side Bar').catch(() => workbench.page.keyboard.press('Escape'));
      await openPanel(workbench, 'class_incremental.py', 23);
      await workbench.screenshot(path.join(folder, `${name}.png`));
    });

    if (theme !== 'dark') return;

    it('shows bars', async () => {
      const workbench = open();
      await openPanel(workbench, 'custom_mse.py', 10);
      await workbench.screenshot(path.join(folder, 'panel-bars.png'));
    });

    it('shows a failure', async () => {
      const workbench = open();
      await workbench.openFile('mistakes.py');
      await workbench.setCursor(7);
      await workbench.codeLens('Run on sample batch').waitFor();
      await workbench.runCommand('Loss Lab: Run Loss at Cursor');
      await workbench.webview().locator('.failure').waitFor({ timeout: 60_000 });
      await settle(workbench);
      await workbench.screenshot(path.join(folder, 'panel-failure.png'));
      await workbench.runCommand('View: Close Editors in Other Groups');
    });

    it('shows a hover', async () => {
      const workbench = open();
      await workbench.openFile('class_incremental.py');
      await workbench.hoverText(25, 20, 'tf.reduce_sum');
      await workbench.screenshot(path.join(folder, 'hover.png'));
    });

    it('shows diagnostics', async () => {
      const workbench = open();
      await workbench.openFile('mistakes.py');
      await workbench.waitForProblems((problems) => problems.length >= 2);
      await workbench.setCursor(1);
      await workbench.page.waitForTimeout(500);
      await workbench.screenshot(path.join(folder, 'diagnostics.png'));
    });
  });
}
