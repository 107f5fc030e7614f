/**
 * `npm run corpus [FOLDER…]`: checks every Python, TypeScript and JavaScript file below the folders (default: test/corpus, examples) and says how much was
 * understood: files, losses, losses without a gap, findings by code. Fails when a check crashes.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './modules.mjs';
import { capture } from './run.mjs';
import { build, installDependencies } from './setup.mjs';
import { tableOf } from './table.mjs';

await installDependencies();
await build();
const named = process.argv.slice(2);
const folders = named.length > 0 ? named : ['test/corpus', 'examples'].filter((folder) => existsSync(path.join(root, folder)));
const start = Date.now();
const { stdout, stderr } = await capture(process.execPath, ['dist/cli.js', 'check', ...folders, '--json'], { shell: false });

let report;
try {
  report = JSON.parse(stdout);
} catch {
  console.error(stderr || 'loss-lab check printed no JSON');
  process.exit(1);
}
if (report.error) {
  console.error(report.error.message);
  process.exit(1);
}
const losses = report.files.flatMap((file) => file.losses);
const complete = losses.filter((loss) => loss.gaps.length === 0 && loss.returns !== null);
console.log(
  `${report.files.length} files in ${((Date.now() - start) / 1000).toFixed(1)} s; ${losses.length} losses, ${complete.length} without a gap`,
);
print(
  'problem',
  report.files.flatMap((file) => file.problems.map((problem) => `${problem.severity} ${problem.code}`)),
);
print(
  'gap',
  losses.flatMap((loss) => loss.gaps.map((gap) => gap.reason)),
);

function print(name, entries) {
  const counts = new Map();
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  if (counts.size === 0) return;
  const rows = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 40);
  console.log(
    tableOf(
      [name, 'count'],
      rows.map(([entry, count]) => [entry, String(count)]),
    ),
  );
}
