/** What `npx vitest run` runs: unit tests, fixtures and golden values. The tests in a real VS Code have their own file (vitest.e2e.config.mts). */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/screenshots/**', 'node_modules/**'],
    passWithNoTests: true,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/webview/**', 'src/editor/**', 'src/panel/**', 'src/extension.ts'],
    },
  },
});
