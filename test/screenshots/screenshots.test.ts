/** The pictures of the README, taken from the examples: hover, diagnostics, and the panel in light, dark and high contrast. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'vitest';
import { describeInWorkbench } from '../support/e2e';
import type { Theme, Workbench } from '../support/workbench';

const folder = path.resolve('media/screenshots');
const example = (name: string): string => readFileSync(path.resolve('examples', name), 'utf8');

const MISTAKES = `import keras
import tensorflow as tf


# loss-lab: y_true (B, 10) onehot, y_pred (B, 10) softmax
def focal_loss(y_true, y_pred):
    p_t = tf.reduce_sum(y_true * y_pred, axis=2)
    return tf.pow(1.0 - p_t, 2.0) * -tf.math.log(p_t)


# loss-lab: y_true (B,), y_pred (B, 1); keras=none
def mse(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))


# loss-lab: y_true (B, 5) onehot, y_pred (B, 5) softmax
def error_rate(y_true, y_pred):
    hit = tf.equal(tf.argmax(y_true, axis=-1), tf.argmax(y_pred, axis=-1))
    return 1.0 - tf.cast(hit, tf.float32)
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
      // It fades in.
      await workbench.page.waitForTimeout(700);
      await workbench.screenshot(path.join(folder, 'hover.png'));
    });

    it('shows diagnostics', async () => {
      const workbench = open();
      await workbench.openFile('mistakes.py');
      await workbench.waitForProblems((problems) => problems.length >= 3);
      await workbench.hoverText(13, 40, 'broadcast');
      await workbench.page.waitForTimeout(700);
      await workbench.screenshot(path.join(folder, 'diagnostics.png'));
    });
  });
}
