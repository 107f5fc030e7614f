/**
 * `npm run corpus -- FOLDER [--golden FILE] [--truth PYTHON]`: how much of anybody's losses is understood, and what is not, ranked. Builds the
 * tool (scripts/corpus/) and runs it.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './modules.mjs';
import { build, installDependencies } from './setup.mjs';

await installDependencies();
await build();
const esbuild = await import('esbuild');
const outfile = path.join(root, 'node_modules/.cache/loss-lab/corpus.cjs');
await esbuild.build({
  entryPoints: [path.join(root, 'scripts/corpus/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [outfile, path.join(root, 'dist'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
