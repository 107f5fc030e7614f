/** Owns reading the settings from VS Code, and telling when they change. */
import * as vscode from 'vscode';
import { readSettings, type Settings } from './settings';

export const SECTION = 'lossLab';

export class SettingsService implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) this.changed.fire();
  });

  readonly onDidChange = this.changed.event;

  /** As they hold for a document: a folder may have its own. */
  of(uri: vscode.Uri): Settings {
    const configuration = vscode.workspace.getConfiguration(SECTION, uri);
    return readSettings((name) => configuration.get(name));
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
