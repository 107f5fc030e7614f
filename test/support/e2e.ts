/** The frame of an end-to-end test file: one VS Code for its tests, a screenshot when one fails, a skip with its reason where there is none. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, inject } from 'vitest';
import { type LaunchOptions, launchWorkbench, type Workbench } from './workbench';

/**
 * Declares tests that share one workbench. `open()` gives it, inside a test. Where no VS Code can be had, each test is reported as skipped;
 * under CI=true, where it must be had, as failed.
 */
export function describeInWorkbench(name: string, options: LaunchOptions, tests: (open: () => Workbench) => void): void {
  const host = inject('workbenchHost');
  let workbench: Workbench | undefined;
  describe(name, () => {
    beforeAll(async () => {
      if (host.kind !== 'none') workbench = await launchWorkbench(host, options);
    });
    beforeEach((context) => {
      if (host.kind !== 'none') return;
      if (process.env.CI === 'true') throw new Error(`end-to-end tests cannot run: ${host.reason}`);
      context.skip(host.reason);
    });
    afterEach(async ({ task }) => {
      if (task.result?.state !== 'fail') return;
      await workbench?.screenshot(path.resolve('test-results', `${name} ${task.name}.png`.replaceAll(/[^\w.]+/g, '-')));
      console.log(workbench?.extensionLog().slice(-4000));
    });
    afterAll(() => workbench?.close());
    tests(() => {
      if (workbench === undefined) throw new Error('the workbench did not start');
      return workbench;
    });
  });
}
