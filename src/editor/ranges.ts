/** Owns the conversion between the engine's places and VS Code's. */
import * as vscode from 'vscode';
import type { Range, Span } from '../base/span';
import type { DocumentAnalysis } from './analysisCache';
import { uriOf } from './documents';

export function vscodeRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

export function rangeOf({ texts }: DocumentAnalysis, span: Span): vscode.Range {
  return vscodeRange(texts.range(span));
}

export function locationOf(analysis: DocumentAnalysis, span: Span): vscode.Location {
  const uri = span.document === analysis.file.document ? analysis.document.uri : uriOf(span.document);
  return new vscode.Location(uri, rangeOf(analysis, span));
}

/** The offset of a position in the text that was analysed. */
export function offsetOf({ texts, file }: DocumentAnalysis, position: vscode.Position): number {
  return texts.index(file.document).lineStart(position.line) + position.character;
}
