/** The panel in a high contrast theme: its colours, borders around what can be clicked, and all of it within reach of the keyboard. */
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInWorkbench } from '../support/e2e';
import { runLens } from '../support/runLens';

const LOSS = `import tensorflow as tf


# loss-lab: y_true (10, 1), y_pred (10, 1); seed=7
def mse(y_true, y_pred):
    squared = tf.square(y_true - y_pred)
    return tf.reduce_mean(squared, axis=-1)
`;

/** As the browser computed it; tests are compiled without the DOM's types. */
function styleOf(element: Locator, property: string): Promise<string> {
  return element.evaluate((node, name) => (globalThis as unknown as Page).getComputedStyle(node).getPropertyValue(name), property);
}

interface Page {
  getComputedStyle(node: unknown): { getPropertyValue(name: string): string };
}

describeInWorkbench('a high contrast window', { workspace: { 'mse.py': LOSS }, theme: 'highContrast' }, (open) => {
  it('shows the panel in its colours', async () => {
    const workbench = open();
    await runLens(workbench, 'mse.py', 'mse');
    const page = workbench.webview();
    await page.getByText('Current').waitFor({ timeout: 60_000 });
    const number = await styleOf(page.getByLabel('Loss', { exact: true }), 'color');
    const ground = await styleOf(page.locator('header'), 'background-color');
    expect([number, ground]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    const line = await styleOf(page.locator('header'), 'border-bottom-color');
    expect(line).not.toBe(ground);
    expect(await page.locator('.result section').count()).toBeGreaterThanOrEqual(4);
  });

  it('is used with the keyboard alone', async () => {
    const workbench = open();
    const page = workbench.webview();
    const button = page.getByRole('button', { name: 'Show squared in line 6' });
    await button.focus();
    const outline = await styleOf(button, 'outline-style');
    expect(outline).toBe('solid');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText('Ln 6, Col', { exact: false }).waitFor();
  });
});
