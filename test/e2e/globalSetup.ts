/** Provides the VS Code for all end-to-end tests, once, and tells the test files which it is. */
import type { TestProject } from 'vitest/node';
import { provideWorkbench, type WorkbenchHost } from '../support/workbenchInstall';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly workbenchHost: WorkbenchHost;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const named = process.env.LOSS_LAB_E2E;
  const prefer = named === 'electron' || named === 'code-server' ? named : undefined;
  const host = await provideWorkbench({ progress: (message) => console.log(message), prefer, needsChromium: true });
  if (host.kind === 'none') console.log(`No VS Code for end-to-end tests: ${host.reason}`);
  project.provide('workbenchHost', host);
}
