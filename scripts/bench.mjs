/**
 * `npm run bench -- [--python PYTHON] [--quick]`: how long analysing, checking, running and the kernels take, each beside something else measured
 * in the same run, as ratios. PYTHON is one that has TensorFlow. Other checkers are installed into the cache folder where a registry is reached.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './modules.mjs';
import { capture } from './run.mjs';
import { build, installDependencies } from './setup.mjs';

const { values: options } = parseArgs({ options: { python: { type: 'string' }, quick: { type: 'boolean' } } });
const tools = path.join(process.env.LOSS_LAB_CACHE ?? path.join(os.homedir(), '.cache', 'loss-lab'), 'bench');
const dist = path.join(root, 'dist');
const example = 'examples/class_incremental.py';
const runs = options.quick ? 5 : 15;

await installDependencies();
await build();
const program = await bundle();
console.log(`Node ${process.version}, ${os.cpus().length} cores, load ${os.loadavg()[0]?.toFixed(1)}\n`);
await edits();
await checks();
await latencies();
await kernels();

async function bundle() {
  const esbuild = await import('esbuild');
  const outfile = path.join(root, 'node_modules/.cache/loss-lab/bench.cjs');
  const external = ['node-fetch', '@tensorflow/tfjs-node'];
  const shared = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning', mainFields: ['module', 'main'], external };
  await esbuild.build({ ...shared, entryPoints: [path.join(root, 'test/bench/main.ts')], outfile });
  return outfile;
}

async function part(name) {
  const { code, stdout, stderr } = await capture(process.execPath, [program, name, dist], { shell: false });
  if (code === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  console.log(`${name}: failed: ${stderr.trim().split('\n').slice(0, 3).join(' ')}`);
  return undefined;
}

async function edits() {
  const found = await part('edits');
  if (found === undefined) return;
  const { lines, losses, analysis, plainParse } = found;
  console.log(`One edit of a file of ${lines} lines and ${losses} losses`);
  const row = (name, { min, median, p99 }) => [name, ms(min), ms(median), ms(p99), times(median / plainParse.median)];
  print(['', 'least', 'median', 'p99', 'of a plain parse'], [row('analysis', analysis), row('plain parse by tree-sitter', plainParse)]);
}

/** Programs in turn, so that what else the machine does falls on all alike. CPU time is what a loaded machine does not change much. */
async function checks() {
  console.log(`Checking ${example} in a new process (${runs} runs in turn)`);
  const programs = [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
    { name: 'loss-lab check', command: [process.execPath, 'dist/cli.js', 'check', example] },
    ...(await otherCheckers()),
  ];
  const present = programs.filter(({ command }) => command !== undefined);
  for (const { command } of present) timed(command);
  const found = present.map(() => []);
  for (let i = 0; i < runs; i++) for (const [k, { command }] of present.entries()) found[k].push(timed(command));
  const walls = found.map((each) => summary(each.map(({ wall }) => wall)));
  const cpus = found.map((each) => each.reduce((sum, { cpu }) => sum + cpu, 0) / each.length);
  const rows = present.map(({ name }, k) => [name, ms(walls[k].min), ms(walls[k].median), ms(cpus[k]), times(cpus[k] / cpus[1])]);
  print(['', 'least', 'median', 'CPU', 'CPU of loss-lab'], rows);
  for (const { name, reason } of programs) if (reason !== undefined) console.log(`  ${name}: skipped, ${reason}\n`);
}

async function otherCheckers() {
  mkdirSync(tools, { recursive: true });
  const pyright = path.join(tools, 'node_modules/pyright/index.js');
  const npm =
    existsSync(pyright) || (await capture('npm', ['install', '--prefix', tools, '--no-audit', '--no-fund', 'pyright'])).code === 0;
  const bin = path.join(tools, 'venv', process.platform === 'win32' ? 'Scripts' : 'bin');
  const pip = existsSync(path.join(bin, 'pyrefly')) || (await installed(bin));
  const missing = 'it could not be installed';
  return [
    npm ? { name: 'pyright', command: [process.execPath, pyright, example] } : { name: 'pyright', reason: missing },
    ...[
      ['ty', 'check'],
      ['pyrefly', 'check'],
    ].map(([name, verb]) => (pip ? { name, command: [path.join(bin, name), verb, example] } : { name, reason: missing })),
  ];
}

async function installed(bin) {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  if ((await capture(python, ['-m', 'venv', path.join(tools, 'venv')])).code !== 0) return false;
  return (await capture(path.join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', 'ty', 'pyrefly'])).code === 0;
}

async function latencies() {
  console.log('Running custom_mse on its sample batch');
  const warm = (await part('runs')) ?? [];
  const rows = warm.map(({ backend, first, again }) => {
    const command = [process.execPath, 'dist/cli.js', 'run', 'examples/custom_mse.py', '--backend', backend];
    timed(command);
    const cold = summary(Array.from({ length: runs }, () => timed(command).wall));
    return [backend, ms(cold.min), ms(cold.median), ms(first), ms(again.min), ms(again.median), times(cold.median / again.median)];
  });
  print(['backend', 'command line, least', 'median', 'first in a child', 'again, least', 'median', 'cold of warm'], rows);
}

async function kernels() {
  console.log('Value and gradient of softmax cross-entropy, arrays to arrays');
  const found = (await part('kernels')) ?? [];
  const tensorflow = options.python === undefined ? undefined : await tensorflowTimes(options.python);
  const rows = found.map(({ backend, size, graph, tape }) => {
    const eager = tensorflow?.found.find((each) => String(each.size) === String(size));
    const python = eager === undefined ? ['', ''] : [ms(eager.eager), times(graph.median / eager.eager)];
    return [backend, `(${size.join(', ')})`, ms(graph.median), ms(tape.median), times(graph.median / tape.median), ...python];
  });
  const version = tensorflow === undefined ? 'Python' : `TensorFlow ${tensorflow.version}`;
  print(['backend', 'size', 'our graph', "tfjs's tape", 'ratio', version, 'ratio'], rows);
  if (options.python === undefined) console.log('  TensorFlow in Python: skipped, name one with --python\n');
}

async function tensorflowTimes(python) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' };
  const { code, stdout } = await capture(python, ['test/bench/python_kernels.py'], { shell: false, env });
  return code === 0 ? JSON.parse(stdout) : undefined;
}

function timed([file, ...args]) {
  const before = childSeconds();
  const start = performance.now();
  spawnSync(file, args, { cwd: root, stdio: 'ignore' });
  return { wall: performance.now() - start, cpu: (childSeconds() - before) * 1000 };
}

/** CPU time of ended child processes, from Linux; elsewhere not known. In hundredths of a second, so that only means of many runs say something. */
function childSeconds() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return Number.NaN;
  }
}

function summary(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1] };
}

function ms(value) {
  return Number.isNaN(value) ? '' : value < 10 ? `${value.toFixed(2)} ms` : `${value.toFixed(0)} ms`;
}

function times(ratio) {
  return Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 10 ? 2 : 0)} x` : '';
}

function print(header, rows) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => String(row[column]).length)));
  for (const row of [header, ...rows]) {
    console.log(`  ${row.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join('  ')}`);
  }
  console.log('');
}
