/** Owns what the views over each loss share: they are asked for anew after every analysis. */
import * as vscode from 'vscode';
import type { AnalysisCache } from './analysisCache';
import type { SettingsService } from './settingsService';

export abstract class AnalysisProvider implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  protected readonly onDidChange = this.changed.event;

  constructor(
    protected readonly cache: AnalysisCache,
    protected readonly settings: SettingsService,
  ) {
    this.subscription = cache.onDidAnalyze(() => this.changed.fire());
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
