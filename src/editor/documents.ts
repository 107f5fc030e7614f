/** Owns which documents Loss Lab looks at, and how it names them to the engine. */
import * as vscode from 'vscode';
import type { Language } from '../workspace/analysis';

const LANGUAGES: Readonly<Record<string, Language>> = {
  python: 'python',
  typescript: 'javascript',
  typescriptreact: 'javascript',
  javascript: 'javascript',
  javascriptreact: 'javascript',
};

/** Cells of a notebook share their names, which one document at a time cannot see. */
const OTHER_SCHEMES: ReadonlySet<string> = new Set(['vscode-notebook-cell', 'output', 'git', 'vscode-scm']);

export const SELECTOR: readonly vscode.DocumentFilter[] = Object.keys(LANGUAGES).map((language) => ({ language }));

/** The engine's language; undefined for documents that are none of ours. */
export function languageOf(document: vscode.TextDocument): Language | undefined {
  return OTHER_SCHEMES.has(document.uri.scheme) ? undefined : LANGUAGES[document.languageId];
}

/** Files by their path, as the command line names them, so that imports of files find them; others by their address. */
export function documentName(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

export function uriOf(name: string): vscode.Uri {
  return /^[a-z][\w+.-]+:/i.test(name) && !/^[a-z]:[\\/]/i.test(name) ? vscode.Uri.parse(name) : vscode.Uri.file(name);
}
