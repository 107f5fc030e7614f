/** The extension starts in a real VS Code: on Python that names a framework, without an error, in a trusted and in a restricted workspace. */
import { expect, it } from 'vitest';
import { describeInWorkbench } from '../support/e2e';

const workspace = {
  'loss.py': 'import tensorflow as tf\n\n\ndef loss(y_true, y_pred):\n    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)\n',
};

for (const trusted of [true, false]) {
  describeInWorkbench(trusted ? 'a trusted workspace' : 'a restricted workspace', { workspace, trusted }, (open) => {
    it('activates Loss Lab on a Python file', async () => {
      const workbench = open();
      await workbench.openFile('loss.py');
      await expect.poll(() => workbench.extensionLog(), { timeout: 30_000 }).toMatch(/_doActivateExtension loss-lab\.loss-lab/);
      // A failing activation is logged right after it.
      await workbench.page.waitForTimeout(1000);
      expect(workbench.extensionLog()).not.toMatch(/loss-lab.* failed|\[error\].*loss-lab/i);
      expect(await workbench.page.getByText('Restricted Mode').count()).toBe(trusted ? 0 : 1);
    });
  });
}
