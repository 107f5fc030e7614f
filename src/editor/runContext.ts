/** Owns the context key that shows the run button in the editor's title: whether the active file has losses. */
import * as vscode from 'vscode';
import type { AnalysisCache } from './analysisCache';

export const HAS_LOSSES = 'lossLab.hasLosses';

export class RunContext implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;
  private document: vscode.TextDocument | undefined;

  constructor(private readonly cache: AnalysisCache) {
    this.subscriptions = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      cache.onDidAnalyze(() => this.update()),
      cache.onDidForget(() => this.update()),
    );
    this.update();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** While the panel has the focus, the file beside it stays the one that counts. */
  private update(): void {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const stillThere = visibleTextEditors.some(({ document }) => document === this.document);
    this.document = activeTextEditor?.document ?? (stillThere ? this.document : undefined);
    const losses = this.document === undefined ? 0 : (this.cache.latest(this.document)?.file.losses.length ?? 0);
    void vscode.commands.executeCommand('setContext', HAS_LOSSES, losses > 0);
  }
}
