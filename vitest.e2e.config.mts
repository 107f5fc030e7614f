/** The end-to-end tests: a real VS Code at a time, so files run one after the other. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // `npm run screenshots` drives the same workbench, for pictures instead of assertions.
    include: [process.env.LOSS_LAB_SCREENSHOTS ? 'test/screenshots/**/*.test.ts' : 'test/e2e/**/*.test.ts'],
    passWithNoTests: true,
    fileParallelism: false,
    globalSetup: ['test/e2e/globalSetup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
