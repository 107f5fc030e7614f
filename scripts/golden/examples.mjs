/**
 * `npm run golden:examples -- [PYTHON]`: test/golden/examples.jsonl anew, by a Python that has TensorFlow (default: the one that `npm run golden`
 * made). Builds the recorder (examples.ts) and runs it.
 */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../modules.mjs';

const outfile = path.join(root, 'node_modules/.cache/loss-lab/examples.cjs');
const entry = path.join(root, 'scripts/golden/examples.ts');
await esbuild.build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' });
const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
const python = process.argv[2] ?? path.join(cache, 'loss-lab/golden-python/bin/python');
const { status } = spawnSync(process.execPath, [outfile, path.join(root, 'dist'), python], { stdio: 'inherit', cwd: root });
process.exit(status ?? 1);
