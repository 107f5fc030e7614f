/** Owns what the panel is given of the editor: analyses, changes, settings, and showing a place. */
import * as vscode from 'vscode';
import type { PanelServices } from '../panel/resultPanel';
import type { AnalysisCache } from './analysisCache';
import { uriOf } from './documents';
import { vscodeRange } from './ranges';
import { withSeverities } from './settings';
import type { SettingsService } from './settingsService';

export function panelServices(cache: AnalysisCache, settings: SettingsService, output: vscode.LogOutputChannel): PanelServices {
  return {
    async analyse(uri) {
      const analysis = await documentAt(uri).then((document) => document && cache.of(document));
      if (analysis === undefined) return undefined;
      return { analysis, problems: withSeverities(analysis.file.problems, settings.of(analysis.document.uri).severity) };
    },
    onDidChange: (listener, self, disposables) =>
      cache.onDidChange((document) => listener.call(self, document.uri), undefined, disposables),
    settings: (uri) => settings.of(uri),
    reveal: ({ document, start, end }) => void reveal(uriOf(document), vscodeRange({ start, end })),
    command: (id) => void vscode.commands.executeCommand(`lossLab.${id}`),
    explain: (code) => void vscode.commands.executeCommand('lossLab.openDocs', code),
    log: (message) => output.info(message),
  };
}

/** Undefined where the file is gone. */
async function documentAt(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

/** In the editor that shows the file already, if one does. */
async function reveal(uri: vscode.Uri, selection: vscode.Range): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const column = shown?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(uri, { selection, viewColumn: column });
}
