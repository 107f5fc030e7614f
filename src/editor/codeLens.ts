/** Owns the CodeLenses over each loss: what it is assumed to be given and returns, and the run. */
import * as vscode from 'vscode';
import type { CheckedLoss } from '../check/result';
import type { DocumentAnalysis } from './analysisCache';
import { AnalysisProvider } from './analysisProvider';
import { lensText } from './lossText';
import { rangeOf } from './ranges';

export class CodeLensProvider extends AnalysisProvider implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses = this.onDidChange;

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!this.settings.of(document.uri).codeLens) return [];
    const analysis = await this.cache.of(document);
    return analysis === undefined ? [] : analysis.file.losses.flatMap((loss) => lenses(loss, analysis));
  }
}

function lenses(loss: CheckedLoss, analysis: DocumentAnalysis): vscode.CodeLens[] {
  const range = rangeOf(analysis, loss.nameSpan);
  const { uri } = analysis.document;
  const run = { title: '▶ Run on sample batch', command: 'lossLab.run', arguments: [uri, loss.name], tooltip: `Evaluate ${loss.name}` };
  return [new vscode.CodeLens(range, run), new vscode.CodeLens(range, assumption(loss, uri))];
}

/** An assumption of ours can be made the user's own: a comment to change. */
function assumption(loss: CheckedLoss, uri: vscode.Uri): vscode.Command {
  const title = lensText(loss);
  if (loss.assumed === 'comment') return { title, command: '', tooltip: loss.assumedBecause };
  const tooltip = `Assumed because ${loss.assumedBecause}. Click to write it as a comment that you can change.`;
  return { title, command: 'lossLab.addSampleBatch', arguments: [uri, loss.name], tooltip };
}
