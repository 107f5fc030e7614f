/** Owns the command `run`: parses the file while the child loads its backend, has the loss evaluated there, prints. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { analyze, lossNames } from '../check/analyze';
import { messageOf } from '../check/messages';
import type { CheckedFile, CheckedLoss } from '../check/result';
import { closureOf, UsedModules } from '../program/modules';
import type { Module } from '../program/program';
import { DEFAULT_TIMEOUT_MS, RunClient } from '../run/client';
import type { FailureKind, RunAnswer, RunFailure, RunRequest, ScriptRequest } from '../run/protocol';
import { cachedRuntime } from '../run/runtimeInstall';
import { readBatchFile } from '../workspace/batchFile';
import { FileModules, languageOf } from '../workspace/fileModules';
import { loadParsers, loadScriptGrammars } from '../workspace/parsers';
import { batchFor, runRequest } from '../workspace/runRequest';
import { type Batch, batchOf, InputError, shapesOf } from '../workspace/sampleBatch';
import { Texts } from '../workspace/texts';
import { type RunCommand, UsageError } from './options';
import type { Output } from './output';
import { errorJson, type RunReport, runJson } from './runJson';
import { checkShapes } from './shapesOption';

type Failure = Pick<RunFailure, 'kind' | 'message' | 'span'>;

export async function run(command: RunCommand): Promise<Output> {
  const texts = new Texts();
  const client = new RunClient({ childPath: path.join(__dirname, 'child.js'), backend: command.backend, runtime: runtimeFolder(command) });
  try {
    const facts = statSync(command.path, { throwIfNoEntry: false });
    if (facts === undefined || !facts.isFile())
      throw new UsageError(`${command.path} ${facts === undefined ? 'does not exist' : 'is not a file'}`);
    if (command.mode === 'tfjs' && languageOf(command.path) !== 'javascript')
      throw new UsageError('--mode tfjs runs a TypeScript or JavaScript loss as itself; Python losses are traced');
    if (command.shapes !== null) checkShapes(command.shapes);
    if (command.batch !== null && !existsSync(command.batch)) throw new UsageError(`${command.batch} does not exist`);
    client.start();
    return await evaluate(command, client, texts);
  } catch (error) {
    if (error instanceof InputError) return failure(command, texts, { kind: 'input', message: error.message, span: error.span });
    throw error;
  } finally {
    client.dispose();
  }
}

/** The user's choice, else what an installation left. */
function runtimeFolder({ backend }: RunCommand): string | null {
  if (backend === 'cpu' || backend === 'wasm') return null;
  return process.env.LOSS_LAB_RUNTIME || (cachedRuntime()?.modulePath ?? null);
}

async function evaluate(command: RunCommand, client: RunClient, texts: Texts): Promise<Output> {
  const document = path.resolve(command.path);
  const text = readFileSync(document, 'utf8');
  texts.set(document, text);
  const language = languageOf(document);
  const parsers = await loadParsers(new Set([language]));
  const host = new FileModules(parsers);
  const module = host.add(text, document);
  if (module === undefined) throw new InputError(`there is no parser for ${command.path}`);
  const given = command.batch === null ? null : await readBatchFile(command.batch);
  const options = { keras: command.keras, shapes: given === null ? command.shapes : shapesOf(given), only: command.loss };
  const used = new UsedModules(host);
  const file = analyze({ document, text, language, parsers: { [language]: () => module }, host: used, options });
  const loss = chosenLoss(command, module, file);
  const batch = given === null ? await batchFor(loss.checked, document) : batchOf(given, loss.checked?.inputs ?? [], command.batch ?? '');
  const { keras, settings } = command;
  const traced = runRequest({ closure: used.closure(module), loss: loss.name, checked: loss.checked, batch, keras, settings });
  const request = command.mode === 'tfjs' ? { ...traced, script: await scriptOf(module, loss.name, texts, host) } : traced;
  const limits = { timeoutMs: command.timeoutMs ?? DEFAULT_TIMEOUT_MS };
  let answer = await client.run(request, limits);
  if (!answer.ok && answer.failure.kind === 'unsupported') {
    // Evaluating may reach modules that checking did not.
    const closure = closureOf(module, host);
    const isLarger = Object.keys(closure.modules).length > Object.keys(request.closure.modules).length;
    if (isLarger) answer = await client.run({ ...request, closure }, limits);
  }
  return report(command, texts, { loss: loss.name, document, request, batch, module, file }, answer);
}

/** The loss as itself: what a TypeScript or JavaScript module needs for it, as code. */
async function scriptOf(module: Module, loss: string, texts: Texts, host: FileModules): Promise<ScriptRequest> {
  const [{ scriptRequest }, { lookUp }, grammars] = await Promise.all([
    import('../workspace/scriptFiles'),
    import('../javascript/find'),
    loadScriptGrammars(),
  ]);
  const { document } = module;
  const read = (each: string): string => texts.index(each).text;
  return scriptRequest(lookUp(module, texts.index(document), loss), loss, { document, grammars, host, read });
}

interface Evaluated {
  readonly loss: string;
  readonly document: string;
  readonly request: RunRequest;
  readonly batch: Batch;
  readonly module: Module;
  readonly file: CheckedFile;
}

async function report(
  command: RunCommand,
  texts: Texts,
  { loss, document, request, batch, module, file }: Evaluated,
  answer: RunAnswer,
): Promise<Output> {
  if (!answer.ok) {
    const { problem, kind, span } = answer.failure;
    if (kind === 'usage') throw new UsageError(`${answer.failure.message}; there are ${namesOf(module, texts)}`);
    const message = problem === undefined ? answer.failure.message : messageOf(problem, (place) => texts.text(place));
    return failure(command, texts, { kind, message, span });
  }
  const { result } = answer;
  if (batch.notANumber !== null && !Number.isFinite(result.reduced))
    throw new InputError(`the batch holds NaN (${batch.notANumber}), and so does the result`, null);
  const problems = file.problems.filter((problem) => problem.loss !== null);
  const full: RunReport = { loss, document, keras: request.keras, result, problems, batch: batch.source };
  const text = command.format === 'json' ? JSON.stringify(runJson(full, texts)) : (await import('./runText')).runText(full, texts);
  return { text, status: problems.some((problem) => problem.severity === 'error') ? 1 : 0 };
}

/** The loss that is meant; a name that is no loss by its looks may still be one (a binding, an imported function): the trace finds it. */
function chosenLoss(
  command: RunCommand,
  module: Module,
  file: CheckedFile,
): { readonly name: string; readonly checked: CheckedLoss | undefined } {
  if (command.loss !== null) {
    return { name: command.loss, checked: file.losses[0] };
  }
  const [first, ...more] = file.losses;
  if (first !== undefined && more.length === 0) return { name: first.name, checked: first };
  const [broken] = module.syntaxProblems;
  if (first === undefined && broken !== undefined) throw new InputError(`syntax error: ${broken.message}`, broken.span);
  if (first === undefined) throw new UsageError(`no loss was found in ${command.path}; name one with --loss`);
  throw new UsageError(
    `${command.path} has ${more.length + 1} losses; name one with --loss: ${file.losses.map((loss) => loss.name).join(', ')}`,
  );
}

function namesOf(module: Module, texts: Texts): string {
  return lossNames(module, texts.index(module.document)).join(', ') || 'none';
}

const USAGE_KINDS: ReadonlySet<FailureKind> = new Set(['usage']);

async function failure(command: RunCommand, texts: Texts, found: Failure): Promise<Output> {
  const text = command.format === 'json' ? JSON.stringify(errorJson(found, texts)) : (await import('./runText')).failureText(found, texts);
  return { text, status: USAGE_KINDS.has(found.kind) ? 2 : 1 };
}
