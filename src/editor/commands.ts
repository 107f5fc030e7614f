/** Owns the commands: their names, and what each does. */
import * as vscode from 'vscode';
import type { CheckedLoss } from '../check/result';
import type { ResultPanel } from '../panel/resultPanel';
import type { Runner } from '../panel/runner';
import { provideRuntime } from '../run/runtimeInstall';
import type { AnalysisCache, DocumentAnalysis } from './analysisCache';
import { sampleBatchEdit } from './commentEdits';
import { lensText } from './lossText';
import { commentedText, workspaceEdit } from './quickFixes';
import { offsetOf } from './ranges';

export interface CommandServices {
  readonly cache: AnalysisCache;
  readonly panel: ResultPanel;
  readonly runner: Runner;
  readonly output: vscode.LogOutputChannel;
  readonly extension: vscode.Uri;
}

export function registerCommands(services: CommandServices): vscode.Disposable {
  const commands: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    run: (uri, loss) => run(services, uri, loss),
    runAtCursor: () => runAtCursor(services),
    addSampleBatch: (uri, loss) => addSampleBatch(services, uri, loss),
    installRuntime: () => installRuntime(services),
    restartRuntime: () => restartRuntime(services),
    showOutput: () => services.output.show(true),
    openDocs: (code) => openDocs(services, code),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) => vscode.commands.registerCommand(`lossLab.${name}`, command)),
  );
}

async function run(services: CommandServices, uri: unknown, loss: unknown): Promise<void> {
  const analysis = await analysisAt(services, uri);
  if (analysis === undefined) return;
  const { losses } = analysis.file;
  const chosen = losses.find(({ name }) => name === loss) ?? (losses.length > 1 ? await choose(losses) : losses[0]);
  if (chosen !== undefined) services.panel.show({ uri: analysis.document.uri, loss: chosen.name });
  else if (losses.length === 0) void vscode.window.showInformationMessage('No loss was found in this file.');
}

async function choose(losses: readonly CheckedLoss[]): Promise<CheckedLoss | undefined> {
  const items = losses.map((loss) => ({ label: loss.name, description: loss.kind, detail: lensText(loss), loss }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Run which loss on its sample batch?', matchOnDetail: true });
  return chosen?.loss;
}

async function runAtCursor(services: CommandServices): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const analysis = editor === undefined ? undefined : await services.cache.of(editor.document);
  if (editor === undefined || analysis === undefined) return run(services, undefined, undefined);
  const offset = offsetOf(analysis, editor.selection.active);
  const inside = analysis.file.losses.filter(({ span }) => span.start <= offset && offset <= span.end);
  const innermost = inside.sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
  return run(services, editor.document.uri, innermost?.name);
}

async function addSampleBatch(services: CommandServices, uri: unknown, name: unknown): Promise<void> {
  const analysis = await analysisAt(services, uri);
  const loss = analysis?.file.losses.find((each) => each.name === name);
  if (analysis === undefined || loss === undefined) return;
  await vscode.workspace.applyEdit(workspaceEdit(analysis, { edits: [sampleBatchEdit(loss, commentedText(analysis))] }));
}

/** Of the document that a command is given, else of the active one. */
async function analysisAt({ cache }: CommandServices, uri: unknown): Promise<DocumentAnalysis | undefined> {
  // While the panel has the focus, no editor is active.
  const active = (vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0])?.document;
  const document = uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(uri) : active;
  const analysis = document === undefined ? undefined : await cache.of(document);
  if (analysis === undefined) {
    void vscode.window.showInformationMessage('Open a Python, TypeScript or JavaScript file with a TensorFlow or Keras loss first.');
  }
  return analysis;
}

async function installRuntime({ runner, panel, output }: CommandServices): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'TensorFlow runtime', cancellable: true };
  const runtime = await vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return provideRuntime({
      signal: controller.signal,
      onProgress: (message) => {
        progress.report({ message });
        output.info(message);
      },
    });
  });
  if ('unavailable' in runtime) {
    output.error(runtime.unavailable);
    void vscode.window.showWarningMessage(
      `The TensorFlow runtime is not available: ${runtime.unavailable}. Losses run on the bundled backend.`,
    );
    return;
  }
  void vscode.window.showInformationMessage(`TensorFlow ${runtime.tensorflow} is ready (tfjs-node ${runtime.version}).`);
  runner.restart();
  panel.refresh();
}

function restartRuntime({ runner, panel }: CommandServices): void {
  runner.restart();
  panel.refresh();
}

/** The page about a finding's code, or the documentation's beginning. */
async function openDocs({ extension }: CommandServices, code: unknown): Promise<void> {
  const start = vscode.Uri.joinPath(extension, 'README.md');
  // A code comes from a link: only its own form may become part of a path.
  const known = typeof code === 'string' && /^[a-z0-9-]+$/.test(code);
  const page = known ? vscode.Uri.joinPath(extension, 'docs', 'problems', `${code}.md`) : start;
  await vscode.commands.executeCommand('markdown.showPreview', (await exists(page)) ? page : start);
}

async function exists(file: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}
