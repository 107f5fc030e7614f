/** Owns hovers: VS Code's side of hoverText. */
import * as vscode from 'vscode';
import type { AnalysisCache } from './analysisCache';
import { hoverText } from './hoverText';
import { offsetOf, rangeOf } from './ranges';

export class HoverProvider implements vscode.HoverProvider {
  constructor(private readonly cache: AnalysisCache) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken) {
    const analysis = await this.cache.of(document);
    if (analysis === undefined || token.isCancellationRequested || analysis.version !== document.version) return undefined;
    const text = hoverText(analysis, offsetOf(analysis, position));
    if (text === undefined) return undefined;
    return new vscode.Hover(
      text.parts.map((part) => new vscode.MarkdownString(part)),
      rangeOf(analysis, text.span),
    );
  }
}
