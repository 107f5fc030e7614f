/** Owns the corpus report: checks every file of the folders, evaluates losses, compares with TensorFlow, and ranks what is missing. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { analyze } from '../../src/check/analyze';
import type { CheckedFile } from '../../src/check/result';
import { sourceFiles } from '../../src/cli/sourceFiles';
import { closureOf } from '../../src/program/modules';
import type { Language } from '../../src/program/program';
import { loadPythonParser } from '../../src/python/parser';
import { RunClient } from '../../src/run/client';
import type { RunAnswer, RunRequest } from '../../src/run/protocol';
import { cachedRuntime } from '../../src/run/runtimeInstall';
import { FileModules, languageOf, type Parse } from '../../src/workspace/fileModules';
import { differenceOf, type GoldenCase, goldenCases } from './golden';
import { Tally } from './tally';

const { positionals, values } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: { golden: { type: 'string' }, limit: { type: 'string' }, verbose: { type: 'boolean' } },
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
  if (values.golden === undefined) checkAll(corpus, folders);
  else await compareAll(corpus, goldenCases(values.golden, folders[0] ?? '.'));
}

function checkAll(corpus: Corpus, folders: readonly string[]): void {
  const files = sourceFiles(folders).filter((file) => languageOf(file) === 'python');
  const reasons = new Tally();
  const findings = new Tally();
  const times: { readonly file: string; readonly milliseconds: number }[] = [];
  let losses = 0;
  let complete = 0;
  let known = 0;
  for (const file of files.slice(0, Number(values.limit ?? files.length))) {
    const start = performance.now();
    const checked = check(corpus, file);
    times.push({ file, milliseconds: performance.now() - start });
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

async function compareAll(corpus: Corpus, cases: readonly GoldenCase[]): Promise<void> {
  const client = new RunClient({ childPath: path.join(dist, 'child.js'), backend: 'auto', runtime: cachedRuntime()?.modulePath ?? null });
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

async function evaluate({ host }: Corpus, client: RunClient, { file, loss, inputs }: GoldenCase): Promise<RunAnswer> {
  const document = path.resolve(file);
  const module = host.load(document);
  if (module === undefined) return { ok: false, failure: { kind: 'input', message: 'the file cannot be read', span: null } };
  const request: RunRequest = {
    closure: closureOf(module, host),
    loss,
    inputs,
    keras: 'none',
    settings: {},
    memoryLimit: MEMORY_LIMIT,
    probes: false,
  };
  return client.run(request);
}

function percent(part: number, whole: number): string {
  return `${part} (${whole === 0 ? 0 : Math.floor((100 * part) / whole)} %)`;
}

void main();
