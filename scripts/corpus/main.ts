/** Owns the corpus report: checks every file of the folders, evaluates losses, compares with TensorFlow, and ranks what is missing. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { analyze, traceName } from '../../src/check/analyze';
import type { CheckedFile, CheckedLoss } from '../../src/check/result';
import { sourceFiles } from '../../src/cli/sourceFiles';
import { closureOf, type ModuleClosure } from '../../src/program/modules';
import type { Language, Module } from '../../src/program/program';
import { loadPythonParser } from '../../src/python/parser';
import { RunClient } from '../../src/run/client';
import type { RunAnswer, RunInput, RunRequest } from '../../src/run/protocol';
import { cachedRuntime } from '../../src/run/runtimeInstall';
import { FileModules, languageOf, type Parse } from '../../src/workspace/fileModules';
import { sampleBatch } from '../../src/workspace/sampleBatch';
import { batchJson, candidateBatches } from './batches';
import { differenceOf, type GoldenCase, goldenCases, type Recorded } from './golden';
import { listedLosses } from './list';
import { Tally } from './tally';
import { askTensorFlow, type TruthAnswer } from './truth';

const { positionals, values } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: {
    golden: { type: 'string' },
    truth: { type: 'string' },
    list: { type: 'string' },
    limit: { type: 'string' },
    verbose: { type: 'boolean' },
  },
});
const dist = process.argv[2] ?? 'dist';

const MEMORY_LIMIT = 2e9;

interface Corpus {
  readonly parsers: Partial<Record<Language, Parse>>;
  readonly host: FileModules;
}

async function main(): Promise<void> {
  const parser = await loadPythonParser({ readWasm: (name) => readFile(path.join(dist, name)) });
  const parsers: Corpus['parsers'] = { python: (text, document) => parser.parse(text, document) };
  const corpus: Corpus = { parsers, host: new FileModules(parsers) };
  const folders = positionals.length > 0 ? positionals : ['test/corpus', 'examples'];
  if (values.golden !== undefined) return compareAll(corpus, goldenCases(values.golden, folders[0] ?? '.'));
  const checked = checkAll(corpus, folders);
  await evaluateAll(corpus, checked, values.truth ?? null);
}

function checkAll(corpus: Corpus, folders: readonly string[]): readonly CheckedFile[] {
  const listed = values.list === undefined ? null : listedLosses(values.list, folders[0] ?? '.');
  const files = listed === null ? sourceFiles(folders).filter((file) => languageOf(file) === 'python') : [...listed.keys()];
  const reasons = new Tally();
  const findings = new Tally();
  const all: CheckedFile[] = [];
  const times: { readonly file: string; readonly milliseconds: number }[] = [];
  let losses = 0;
  let complete = 0;
  let known = 0;
  for (const file of files.slice(0, Number(values.limit ?? files.length))) {
    const start = performance.now();
    const whole = check(corpus, file);
    const checked = { ...whole, losses: whole.losses.filter(({ name }) => listed?.get(file)?.has(name) ?? true) };
    times.push({ file, milliseconds: performance.now() - start });
    all.push(checked);
    losses += checked.losses.length;
    complete += checked.losses.filter((loss) => loss.returns !== null && loss.gaps.length === 0).length;
    known += checked.losses.filter((loss) => loss.returns !== null).length;
    for (const loss of checked.losses) if (loss.returns === null) reasons.add(loss.gaps[0]?.reason ?? 'a finding', `${file} ${loss.name}`);
    for (const problem of checked.problems) findings.add(`${problem.severity} ${problem.code}`, `${file} ${problem.loss}`);
  }
  console.log(
    `${files.length} files, ${losses} losses: ${percent(known, losses)} return a known shape, ${percent(complete, losses)} have no gap at all`,
  );
  printTimes(times);
  reasons.print('why a result is not known', values.verbose === true);
  findings.print('findings', values.verbose === true);
  return all;
}

function check({ parsers, host }: Corpus, file: string): CheckedFile {
  const document = path.resolve(file);
  return analyze({ document, text: readFileSync(document, 'utf8'), language: languageOf(file), parsers, host, options: { keras: 'auto' } });
}

function printTimes(times: readonly { readonly file: string; readonly milliseconds: number }[]): void {
  const sorted = [...times].sort((a, b) => a.milliseconds - b.milliseconds);
  const median = sorted[sorted.length >> 1]?.milliseconds ?? 0;
  const slowest = sorted.slice(-3).reverse();
  console.log(
    `check: median ${median.toFixed(1)} ms a file; slowest ${slowest.map(({ file, milliseconds }) => `${milliseconds.toFixed(0)} ms ${file}`).join(', ')}`,
  );
}

interface Ran {
  readonly file: string;
  readonly loss: string;
  readonly inputs: readonly RunInput[];
  readonly answer: RunAnswer;
}

/** Evaluates every loss on the first batch that it accepts, and asks TensorFlow for the same where a Python is named. */
async function evaluateAll(corpus: Corpus, files: readonly CheckedFile[], python: string | null): Promise<void> {
  const client = clientOf();
  const ran: Ran[] = [];
  for (const { document, losses } of files) for (const loss of losses) ran.push(await firstThatRuns(corpus, client, document, loss));
  client.dispose();
  const reasons = new Tally();
  for (const { file, loss, answer } of ran)
    if (!answer.ok) reasons.add(`${answer.failure.kind}: ${answer.failure.message}`, `${file} ${loss}`);
  console.log(`\n${percent(ran.filter(({ answer }) => answer.ok).length, ran.length)} of ${ran.length} losses run`);
  reasons.print('why a loss does not run', values.verbose === true);
  if (python !== null) await compareWithTensorFlow(python, ran);
}

async function firstThatRuns(corpus: Corpus, client: RunClient, file: string, loss: CheckedLoss): Promise<Ran> {
  const batches = [...sampleOf(loss), ...candidateBatches()];
  let first: Ran | undefined;
  for (const inputs of batches) {
    const answer = await evaluate(corpus, client, { file, loss: traceName(loss), inputs });
    const ran = { file, loss: loss.name, inputs, answer };
    if (answer.ok) return ran;
    first ??= ran;
    // Another batch does not make a construct known.
    if (answer.failure.kind === 'unsupported' || answer.failure.kind === 'usage') break;
  }
  if (first === undefined) throw new Error('no batch');
  return first;
}

function sampleOf(loss: CheckedLoss): readonly (readonly RunInput[])[] {
  try {
    return [sampleBatch(loss).inputs];
  } catch {
    return [];
  }
}

async function compareWithTensorFlow(python: string, ran: readonly Ran[]): Promise<void> {
  const items = ran.map(({ file, loss, inputs }) => ({ file, loss, batch: batchJson(inputs) }));
  const truths = await askTensorFlow(python, items, (done) => {
    if (done % 50 === 0) console.error(`${done} of ${items.length}`);
  });
  const outcomes = new Tally();
  for (const [i, { file, loss, answer }] of ran.entries()) outcomes.add(comparison(answer, truths[i]), `${file} ${loss}`);
  const runnable = truths.filter((truth) => truth.error === undefined).length;
  console.log(`\nTensorFlow runs ${runnable}; of these ${percent(outcomes.count('equal'), runnable)} are equal in value and gradient`);
  outcomes.print('compared with TensorFlow', true);
}

function comparison(answer: RunAnswer, truth: TruthAnswer | undefined): string {
  if (truth === undefined || truth.error !== undefined)
    return `runs ${answer.ok ? 'here, not in TensorFlow' : 'in neither'}: ${truth?.error?.type ?? 'no answer'}`;
  if (!answer.ok) return `does not run here: ${answer.failure.kind}`;
  if (answer.result.probes.some((probe) => probe.name === 'deterministic')) return 'random';
  return differenceOf(answer.result, { value: truth.value ?? null, gradient: truth.gradientError ? undefined : predictionOf(truth) });
}

function predictionOf({ gradient }: TruthAnswer): Recorded | null {
  if (gradient == null) return null;
  return 'data' in gradient ? (gradient as Recorded) : ((gradient as Readonly<Record<string, Recorded | null>>).y_pred ?? null);
}

function clientOf(): RunClient {
  return new RunClient({ childPath: path.join(dist, 'child.js'), backend: 'auto', runtime: cachedRuntime()?.modulePath ?? null });
}

async function compareAll(corpus: Corpus, cases: readonly GoldenCase[]): Promise<void> {
  const client = clientOf();
  const outcomes = new Tally();
  const reasons = new Tally();
  for (const golden of cases) {
    const answer = await evaluate(corpus, client, golden);
    const difference = answer.ok ? differenceOf(answer.result, golden) : 'does not run';
    outcomes.add(difference, `${golden.file} ${golden.loss}`);
    if (!answer.ok) reasons.add(`${answer.failure.kind}: ${answer.failure.message}`, `${golden.file} ${golden.loss}`);
  }
  client.dispose();
  console.log(`${cases.length} recorded losses: ${percent(outcomes.count('equal'), cases.length)} equal to TensorFlow`);
  outcomes.print('outcome', true);
  reasons.print('why a loss does not run', true);
}

async function evaluate(
  { host }: Corpus,
  client: RunClient,
  { file, loss, inputs }: Pick<GoldenCase, 'file' | 'loss' | 'inputs'>,
): Promise<RunAnswer> {
  const document = path.resolve(file);
  const module = host.load(document);
  if (module === undefined) return { ok: false, failure: { kind: 'input', message: 'the file cannot be read', span: null } };
  const request: RunRequest = {
    closure: closureOfFile(module, host),
    loss,
    inputs,
    keras: 'none',
    settings: {},
    memoryLimit: MEMORY_LIMIT,
    probes: false,
  };
  return client.run(request);
}

const closures = new Map<string, ModuleClosure>();

/** Of a file with many losses once. */
function closureOfFile(module: Module, host: FileModules): ModuleClosure {
  const closure = closures.get(module.document) ?? closureOf(module, host);
  closures.set(module.document, closure);
  return closure;
}

function percent(part: number, whole: number): string {
  return `${part} (${whole === 0 ? 0 : Math.floor((100 * part) / whole)} %)`;
}

void main();
