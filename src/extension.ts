/** Activation: builds the services and pushes them to the subscriptions. */
import * as vscode from 'vscode';
import { AnalysisCache } from './editor/analysisCache';
import { CodeLensProvider } from './editor/codeLens';
import { registerCommands } from './editor/commands';
import { Diagnostics } from './editor/diagnostics';
import { SELECTOR } from './editor/documents';
import { HoverProvider } from './editor/hover';
import { InlayHintsProvider } from './editor/inlayHints';
import { panelServices } from './editor/panelServices';
import { QuickFixProvider } from './editor/quickFixes';
import { RunContext } from './editor/runContext';
import { SettingsService } from './editor/settingsService';
import { ResultPanel, VIEW_TYPE } from './panel/resultPanel';
import { Runner } from './panel/runner';

export function activate(context: vscode.ExtensionContext): void {
  const extension = context.extensionUri;
  const output = vscode.window.createOutputChannel('Loss Lab', { log: true });
  const settings = new SettingsService();
  const cache = new AnalysisCache(settings);
  const runner = new Runner(context.asAbsolutePath('dist/child.js'));
  const panel = new ResultPanel(extension, runner, panelServices(cache, settings, output));
  const inlayHints = new InlayHintsProvider(cache, settings);
  const codeLenses = new CodeLensProvider(cache, settings);
  context.subscriptions.push(
    output,
    settings,
    cache,
    new Diagnostics(cache, settings),
    new RunContext(cache),
    inlayHints,
    codeLenses,
    panel,
    registerCommands({ cache, panel, runner, output, extension }),
    vscode.languages.registerHoverProvider(SELECTOR, new HoverProvider(cache)),
    vscode.languages.registerInlayHintsProvider(SELECTOR, inlayHints),
    vscode.languages.registerCodeLensProvider(SELECTOR, codeLenses),
    vscode.languages.registerCodeActionsProvider(SELECTOR, new QuickFixProvider(cache), QuickFixProvider.metadata),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, panel),
  );
}
