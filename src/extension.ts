/** Activation: builds the services and pushes them to the subscriptions. */
import * as vscode from 'vscode';
import { AnalysisCache } from './editor/analysisCache';
import { Diagnostics } from './editor/diagnostics';
import { SELECTOR } from './editor/documents';
import { HoverProvider } from './editor/hover';
import { SettingsService } from './editor/settingsService';

export function activate(context: vscode.ExtensionContext): void {
  const settings = new SettingsService();
  const cache = new AnalysisCache(settings);
  context.subscriptions.push(
    settings,
    cache,
    new Diagnostics(cache, settings),
    vscode.languages.registerHoverProvider(SELECTOR, new HoverProvider(cache)),
  );
}
