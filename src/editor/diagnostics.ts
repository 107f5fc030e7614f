/** Owns findings as diagnostics: severity, code with a link to its explanation, related places. */
import * as vscode from 'vscode';
import type { Problem, Severity } from '../base/problem';
import type { AnalysisCache, DocumentAnalysis } from './analysisCache';
import { locationOf, rangeOf } from './ranges';
import { withSeverities } from './settings';
import type { SettingsService } from './settingsService';

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

export const SOURCE = 'Loss Lab';

export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('loss-lab');
  private readonly subscriptions: vscode.Disposable;

  constructor(
    cache: AnalysisCache,
    private readonly settings: SettingsService,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.collection,
      cache.onDidAnalyze((analysis) => this.show(analysis)),
      cache.onDidForget((document) => this.collection.delete(document.uri)),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private show(analysis: DocumentAnalysis): void {
    const problems = withSeverities(analysis.file.problems, this.settings.of(analysis.document.uri).severity);
    this.collection.set(
      analysis.document.uri,
      problems.map((problem) => diagnosticOf(problem, analysis)),
    );
  }
}

function diagnosticOf(problem: Problem, analysis: DocumentAnalysis): vscode.Diagnostic {
  const elsewhere = problem.span.document !== analysis.file.document;
  const range = elsewhere ? lossRange(problem, analysis) : rangeOf(analysis, problem.span);
  const diagnostic = new vscode.Diagnostic(range, problem.message, SEVERITIES[problem.severity]);
  diagnostic.source = SOURCE;
  diagnostic.code = { value: problem.code, target: docsLink(problem.code) };
  const places = elsewhere ? [{ message: 'It happens here', span: problem.span }, ...problem.related] : problem.related;
  diagnostic.relatedInformation = places.map(
    ({ message, span }) => new vscode.DiagnosticRelatedInformation(locationOf(analysis, span), message),
  );
  return diagnostic;
}

/** What goes wrong in another file is shown at the loss that leads there. */
function lossRange(problem: Problem, analysis: DocumentAnalysis): vscode.Range {
  const loss = analysis.file.losses.find(({ name }) => name === problem.loss);
  return loss === undefined ? new vscode.Range(0, 0, 0, 0) : rangeOf(analysis, loss.nameSpan);
}

/** The explanation of a finding's code, in the documentation that comes with the extension. */
function docsLink(code: string): vscode.Uri {
  return vscode.Uri.parse(`command:lossLab.openDocs?${encodeURIComponent(JSON.stringify([code]))}`);
}
