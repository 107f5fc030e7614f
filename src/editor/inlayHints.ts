/** Owns inlay hints: the shape behind each assignment of a tensor and behind what is returned. */
import * as vscode from 'vscode';
import type { TensorType } from '../shape/shape';
import { shapeText, typeText } from '../shape/shapeText';
import { AnalysisProvider } from './analysisProvider';
import { rangeOf } from './ranges';

export class InlayHintsProvider extends AnalysisProvider implements vscode.InlayHintsProvider {
  readonly onDidChangeInlayHints = this.onDidChange;

  async provideInlayHints(document: vscode.TextDocument, within: vscode.Range, token: vscode.CancellationToken) {
    if (!this.settings.of(document.uri).inlayHints) return [];
    const analysis = await this.cache.of(document);
    if (analysis === undefined || token.isCancellationRequested || analysis.version !== document.version) return [];
    return analysis.assigned.flatMap(({ kind, span, types }) => {
      const range = rangeOf(analysis, span);
      if (!within.contains(range.end)) return [];
      return kind === 'return' ? returnHint(range.end, types) : assignmentHint(range.end, types);
    });
  }
}

function assignmentHint(position: vscode.Position, types: readonly TensorType[]): vscode.InlayHint {
  return hint(position, `: ${hintText(types)}`, types);
}

function returnHint(position: vscode.Position, types: readonly TensorType[]): vscode.InlayHint {
  const found = hint(position, `→ ${hintText(types)}`, types);
  found.paddingLeft = true;
  return found;
}

function hint(position: vscode.Position, text: string, types: readonly TensorType[]): vscode.InlayHint {
  const found = new vscode.InlayHint(position, text, vscode.InlayHintKind.Type);
  found.tooltip = types.map(typeText).join('\n');
  return found;
}

/** float32 is what tensors of a loss are; only other types are worth the space. */
function hintText(types: readonly TensorType[]): string {
  const texts = types.map((type) => (type.dtype === 'float32' ? shapeText(type.shape) : typeText(type)));
  return texts.length > 2 ? `${texts.slice(0, 2).join(' | ')} | …` : texts.join(' | ');
}
