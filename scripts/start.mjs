/** `npm start`: sets up, then evaluates every loss of examples/ on its sample batch through the command line, and prints one table. */
import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import { root } from './modules.mjs';
import { capture } from './run.mjs';
import { setUp } from './setup.mjs';
import { tableOf } from './table.mjs';

const { runtime } = await setUp({ say: (message) => console.log(styleText('dim', message)) });
const files = existsSync(path.join(root, 'examples'))
  ? readdirSync(path.join(root, 'examples'))
      .filter((name) => /\.(py|[jt]sx?)$/.test(name))
      .sort()
  : [];

const checked = await Promise.all(files.map((name) => lossLab(['check', `examples/${name}`, '--json'])));
const losses = checked.flatMap((report, index) => {
  if (report.error) return [{ file: files[index], failure: report.error.message, problems: [] }];
  return report.files.flatMap((file) =>
    file.losses.map((loss) => ({
      file: files[index],
      loss,
      problems: file.problems.filter((problem) => problem.loss === loss.name),
    })),
  );
});
const evaluated = await inParallel(losses, async (each) => {
  if (each.failure) return each;
  return { ...each, run: await lossLab(['run', `examples/${each.file}`, '--loss', each.loss.name, '--json']) };
});

let failures = 0;
for (const file of files) {
  const rows = evaluated.filter((each) => each.file === file);
  console.log(`\n${styleText('bold', `examples/${file}`)}`);
  if (rows.length === 0) console.log('  no loss found');
  else console.log(tableOf(['loss', 'inputs', 'returns', 'value', 'reduced', '|gradient|', 'findings'], rows.map(rowOf)));
  for (const each of rows) for (const line of remarks(each)) console.log(`  ${line}`);
}
closing();

/** Runs the built command line; what is not JSON is a failure with what it printed. */
async function lossLab(args) {
  const { stdout, stderr } = await capture(process.execPath, ['dist/cli.js', ...args], { shell: false });
  try {
    return JSON.parse(stdout);
  } catch {
    return { error: { kind: 'crash', message: stderr.trim().split('\n').at(-1) || `loss-lab ${args.join(' ')} printed no JSON` } };
  }
}

async function inParallel(items, job) {
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await job(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism(), 4) }, work));
  return results;
}

function rowOf({ loss, failure, problems, run }) {
  if (failure) return ['', '', '', '', '', '', failure];
  const inputs = Object.entries(loss.inputs).map(([name, type]) => `${name} ${shapeText(type.shape)}`);
  const codes = problems.map((problem) => problem.code);
  const row = [loss.name, inputs.join(', '), loss.returns ? shapeText(loss.returns.shape) : 'unknown'];
  if (run.error) return [...row, '', '', '', [...codes, `failed: ${run.error.kind}`].join(', ')];
  return [...row, valueText(run.value), numberText(run.reduced), gradientText(run.gradient), codes.join(', ') || 'none'];
}

/** What does not fit into a row: why a run failed, and the findings in words. */
function remarks({ loss, failure, problems, run }) {
  if (failure) return [];
  const name = styleText('dim', `${loss.name}:`);
  const findings = problems.map((problem) => `${name} ${problem.severity} at line ${problem.range.start.line}: ${problem.message}`);
  if (!run.error) return findings;
  // A loss that the check already calls an error is there to show that.
  if (!problems.some((problem) => problem.severity === 'error')) failures++;
  return [...findings, `${name} ${styleText('red', run.error.message)}`];
}

function shapeText(dims) {
  return dims === null ? 'unknown' : `(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`;
}

function numberText(number) {
  return typeof number === 'number' ? String(Number(number.toPrecision(6))) : String(number);
}

/** The value itself when it is a number, else its shape and first elements. */
function valueText({ shape, data }) {
  if (shape.length === 0) return numberText(data[0]);
  const first = data.slice(0, 2).map(numberText).join(', ');
  return `${shapeText(shape)} [${first}${data.length > 2 ? ', …' : ''}]`;
}

/** Of the prediction, and of whatever else the loss reads; nobody trains the targets. */
function gradientText({ y_pred: prediction, y_true: _, ...others }) {
  const norm = (tensor) => (tensor === null ? 'no gradient' : numberText(Math.hypot(...tensor.data.map(Number))));
  const parts = prediction === undefined ? [] : [norm(prediction)];
  return [...parts, ...Object.entries(others).map(([name, tensor]) => `${name} ${norm(tensor)}`)].join(', ');
}

function closing() {
  const backends = new Set(evaluated.flatMap(({ run }) => (run?.backend ? [`${run.backend.name} ${run.backend.version}`] : [])));
  console.log(`\n${evaluated.length} losses in ${files.length} files, computed by ${[...backends].join(', ') || 'no backend'}.`);
  if (runtime.unavailable) console.log(`Without the native TensorFlow runtime: ${runtime.unavailable}.`);
  else console.log(styleText('dim', `Runtime: tfjs-node ${runtime.version} (${runtime.route} route) in ${runtime.modulePath}`));
  if (failures > 0) console.log(styleText('red', `${failures} could not be evaluated.`));
  console.log(`\nThe same in VS Code: ${styleText('bold', 'npm run code')}`);
  process.exitCode = failures > 0 || evaluated.some((each) => each.failure) || evaluated.length === 0 ? 1 : 0;
}
