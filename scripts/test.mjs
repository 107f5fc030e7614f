/** `npm test`: set-up, types, lint, then all tests. The last line says over everything how many passed and failed; the exit status agrees. */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './modules.mjs';
import { runTool } from './run.mjs';
import { setUp } from './setup.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };

const { workbench } = await setUp({ tests: true });
await check('types', 'typescript/bin/tsc', ['--noEmit']);
await check('types of the panel', 'typescript/bin/tsc', ['--noEmit', '-p', 'src/webview']);
await check('lint', '@biomejs/biome/bin/biome', ['check', '.']);
await vitest('unit, fixtures, golden', 'vitest.config.mts');
await vitest('end to end', 'vitest.e2e.config.mts');

if (workbench.kind === 'none') console.log(`The end-to-end tests did not run: ${workbench.reason}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A check that passes or fails as a whole. */
async function check(name, tool, args) {
  const seconds = stopwatch();
  const code = await runTool(tool, args);
  total[code === 0 ? 'passed' : 'failed']++;
  console.log(`${name}: ${code === 0 ? 'passed' : 'failed'} (${seconds()} s)`);
}

async function vitest(name, config) {
  const report = path.join(root, 'test-results', `${config}.json`);
  rmSync(report, { force: true });
  const seconds = stopwatch();
  const args = ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runTool('vitest/vitest.mjs', args);
  const counted = readReport(report);
  // A run that fails without a failed test (an error outside of tests, no report at all) is a failure too.
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  for (const outcome of Object.keys(total)) total[outcome] += counted[outcome];
  console.log(`${name}: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped (${seconds()} s)`);
}

function readReport(file) {
  const counted = { passed: 0, failed: 0, skipped: 0 };
  let files;
  try {
    files = JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    return counted;
  }
  for (const { status, assertionResults } of files) {
    const count = (wanted) => assertionResults.filter((test) => test.status === wanted).length;
    const [passed, failed] = [count('passed'), count('failed')];
    const skipped = assertionResults.length - passed - failed;
    counted.passed += passed;
    // A file that could not be loaded has no tests; one whose set-up failed reports its tests as skipped, which they were not meant to be.
    const brokenFile = status === 'failed' && failed === 0;
    counted.failed += brokenFile ? Math.max(1, skipped) : failed;
    counted.skipped += brokenFile ? 0 : skipped;
  }
  return counted;
}

function stopwatch() {
  const start = Date.now();
  return () => Math.round((Date.now() - start) / 1000);
}
