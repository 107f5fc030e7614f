/**
 * Owns the one result panel: which loss it shows, when that is evaluated (on demand, and again a moment after its source changed), and
 * the state that its page is given. The last good result stays while a newer one is computed or fails, marked as stale.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import type { Problem } from '../base/problem';
import type { CheckedLoss } from '../check/result';
import type { Analysis } from '../workspace/analysis';
import { type Failure, failureView } from './failureView';
import { pageHtml } from './page';
import { type PanelCommand, type PanelState, type Place, parseFromPage, parseSavedPanel, type SavedPanel, type ToPage } from './protocol';
import { findingView, placeOf, resultView } from './resultView';
import type { Runner, RunnerSettings } from './runner';

export const VIEW_TYPE = 'lossLab.result';

/** After the last change of the source. */
const PAUSE_MS = 600;

export interface PanelSettings extends RunnerSettings {
  /** Seconds. */
  readonly timeout: number;
}

/** What the panel needs of the editor side. */
export interface PanelServices {
  /** The source's analysis as it is now, with the findings that the user wants to see. */
  readonly analyse: (uri: vscode.Uri) => Promise<{ readonly analysis: Analysis; readonly problems: readonly Problem[] } | undefined>;
  /** The text of a source, or of a module that it imports, has changed. */
  readonly onDidChange: vscode.Event<vscode.Uri>;
  readonly settings: (uri: vscode.Uri) => PanelSettings;
  readonly reveal: (place: Place) => void;
  readonly command: (id: PanelCommand) => void;
  readonly explain: (code: string) => void;
  readonly log: (message: string) => void;
}

export interface Target {
  readonly uri: vscode.Uri;
  readonly loss: string;
}

export class ResultPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | undefined;
  private target: Target | undefined;
  private state: PanelState | undefined;
  private running: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** The source changed while nobody was looking. */
  private overdue = false;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly runner: Runner,
    private readonly services: PanelServices,
  ) {
    this.subscription = services.onDidChange((uri) => this.sourceChanged(uri));
  }

  /** Shows the loss and evaluates it. */
  show(target: Target): void {
    if (this.target?.uri.toString() !== target.uri.toString() || this.target.loss !== target.loss) this.state = undefined;
    this.target = target;
    if (this.panel === undefined) {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.adopt(vscode.window.createWebviewPanel(VIEW_TYPE, 'Loss Lab', column));
    } else this.panel.reveal(undefined, true);
    void this.run();
  }

  /** VS Code started again with the panel open. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, saved: unknown): Promise<void> {
    const state = parseSavedPanel(saved);
    if (state === undefined || this.panel !== undefined) {
      panel.dispose();
      return;
    }
    this.target = { uri: vscode.Uri.parse(state.uri), loss: state.loss };
    this.adopt(panel);
    await this.run();
  }

  /** Evaluates once more what is shown, if anything is. */
  refresh(): void {
    if (this.target !== undefined && this.panel !== undefined) void this.run();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.subscription.dispose();
    this.panel?.dispose();
    this.runner.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: ['dist', 'media'].map((name) => vscode.Uri.joinPath(this.extension, name)),
    };
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.png');
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    panel.onDidChangeViewState(() => {
      if (panel.visible && this.overdue) void this.run();
    });
    panel.onDidDispose(() => this.closed());
    panel.webview.html = pageHtml(panel.webview, this.extension);
  }

  private closed(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.panel = undefined;
    this.state = undefined;
  }

  private receive(received: unknown): void {
    const message = parseFromPage(received);
    if (message === undefined) this.services.log(`The panel sent something unknown: ${JSON.stringify(received)}`);
    else if (message.kind === 'ready') this.send(true);
    else if (message.kind === 'run') void this.run();
    else if (message.kind === 'cancel') this.running?.abort();
    else if (message.kind === 'reveal') this.services.reveal(message.place);
    else if (message.kind === 'command') this.services.command(message.id);
    else this.services.explain(message.code);
  }

  private sourceChanged(uri: vscode.Uri): void {
    if (this.panel === undefined || this.target?.uri.toString() !== uri.toString()) return;
    if (this.state?.result != null) this.update({ stale: 'The source has changed since.' });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.panel?.visible) void this.run();
      else this.overdue = true;
    }, PAUSE_MS);
  }

  private async run(): Promise<void> {
    const { target } = this;
    if (target === undefined) return;
    clearTimeout(this.timer);
    this.overdue = false;
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    this.update({ ...this.titleOf(target), running: 'Checking' });
    const found = await this.services.analyse(target.uri);
    if (this.running !== controller) return;
    const loss = found?.analysis.file.losses.find(({ name }) => name === target.loss);
    if (found === undefined || loss === undefined) {
      this.fail(missing(target), found?.analysis);
      return;
    }
    const { analysis, problems } = found;
    this.update({ ...this.lossFacts(loss, analysis, problems), running: 'Starting' });
    await this.evaluate(analysis, loss, controller, this.services.settings(target.uri));
  }

  private async evaluate(analysis: Analysis, loss: CheckedLoss, controller: AbortController, settings: PanelSettings): Promise<void> {
    const started = performance.now();
    const outcome = await this.runner.evaluate(analysis, loss, {
      signal: controller.signal,
      timeoutMs: settings.timeout * 1000,
      settings,
      onProgress: (stage) => {
        if (this.running === controller) this.update({ running: STAGES[stage] });
      },
    });
    // A newer evaluation has taken over, and speaks for itself.
    if (this.running !== controller) return;
    this.running = undefined;
    const took = `${Math.round(performance.now() - started)} ms`;
    if (!outcome.ok) {
      this.services.log(`${loss.name}: ${outcome.failure.kind}: ${outcome.failure.message} (${took})`);
      this.fail(outcome.failure, analysis);
      return;
    }
    const result = resultView(outcome.evaluated, new Set(this.state?.findings.map(({ code }) => code ?? '')));
    this.services.log(`${loss.name}: ${result.reduced} on ${result.backend.name} ${result.backend.version} (${took})`);
    this.update({ running: null, stale: null, failure: null, result });
  }

  private fail(failure: Failure, analysis: Analysis | undefined): void {
    this.running = undefined;
    const stale = this.state?.result == null ? null : 'The last evaluation failed; these are the numbers from before.';
    this.update({ running: null, stale, failure: failureView(failure, analysis?.texts) });
  }

  private titleOf({ uri, loss }: Target): Partial<PanelState> {
    if (this.panel !== undefined) this.panel.title = `Loss: ${loss}`;
    return { loss, file: path.posix.basename(uri.path) };
  }

  private lossFacts(loss: CheckedLoss, analysis: Analysis, problems: readonly Problem[]): Partial<PanelState> {
    const place = placeOf(loss.nameSpan, analysis.texts);
    const findings = problems.filter((problem) => problem.loss === loss.name).map((problem) => findingView(problem, analysis.texts));
    return { place, line: place.start.line + 1, findings };
  }

  private update(changes: Partial<PanelState>): void {
    const resultChanged = changes.result !== undefined || this.state === undefined;
    this.state = { ...EMPTY, ...this.state, ...changes };
    this.send(resultChanged);
  }

  private send(withResult: boolean): void {
    if (this.state === undefined || this.target === undefined) return;
    const { result, ...state } = this.state;
    const saved: SavedPanel = { uri: this.target.uri.toString(), loss: this.target.loss };
    const message: ToPage = { kind: 'state', state, saved, ...(withResult ? { result } : {}) };
    void this.panel?.webview.postMessage(message);
  }
}

const STAGES = { trace: 'Tracing', gradient: 'Differentiating', execute: 'Computing', probes: 'Probing' } as const;

const EMPTY: PanelState = {
  loss: '',
  file: '',
  line: null,
  place: null,
  running: null,
  stale: null,
  result: null,
  failure: null,
  findings: [],
};

function missing({ uri, loss }: Target): Failure {
  return { kind: 'usage', message: `There is no loss named ${loss} in ${path.posix.basename(uri.path)} any more.`, span: null };
}
