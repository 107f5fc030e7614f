/** `npm run screenshots`: drives a real VS Code through test/screenshots and leaves PNGs under media/screenshots, for the README. */
import { runTool } from './run.mjs';
import { setUp } from './setup.mjs';

const { workbench } = await setUp({ tests: true });
if (workbench.kind === 'none') {
  console.error(`No VS Code to take screenshots of: ${workbench.reason}`);
  process.exit(1);
}
const env = { ...process.env, LOSS_LAB_SCREENSHOTS: '1', CI: 'true' };
process.exitCode = await runTool('vitest/vitest.mjs', ['run', '--config', 'vitest.e2e.config.mts'], { env });
