/** Owns code actions: the fixes of findings, silence about one, and the comments that fill a gap or write an assumption down. */
import * as vscode from 'vscode';
import type { Fix } from '../base/problem';
import { contains } from '../base/span';
import type { CheckedLoss } from '../check/result';
import type { AnalysisCache, DocumentAnalysis } from './analysisCache';
import { type CommentedText, ignoreFix, missingInputFixes, missingNames, sampleBatchEdit } from './commentEdits';
import { SOURCE } from './diagnostics';
import { locationOf, offsetOf, rangeOf } from './ranges';

export class QuickFixProvider implements vscode.CodeActionProvider {
  static readonly metadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite] };

  constructor(private readonly cache: AnalysisCache) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const analysis = await this.cache.of(document);
    if (analysis === undefined || token.isCancellationRequested || analysis.version !== document.version) return [];
    const losses = analysis.file.losses.filter((loss) => isAt(loss, range, analysis));
    return [
      ...problemActions(analysis, range, context.diagnostics),
      ...losses.flatMap((loss) => gapActions(loss, analysis, range)),
      ...losses.flatMap((loss) => assumptionActions(loss, analysis, range)),
    ];
  }
}

export function commentedText({ file, texts }: DocumentAnalysis): CommentedText {
  return { document: file.document, language: file.language, lines: texts.index(file.document) };
}

export function workspaceEdit(analysis: DocumentAnalysis, { edits }: Pick<Fix, 'edits'>): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { span, newText } of edits) {
    const { uri, range } = locationOf(analysis, span);
    edit.replace(uri, range, newText);
  }
  return edit;
}

function problemActions(analysis: DocumentAnalysis, range: vscode.Range, shown: readonly vscode.Diagnostic[]): vscode.CodeAction[] {
  const problems = analysis.file.problems.filter(({ span }) => {
    return span.document === analysis.file.document && rangeOf(analysis, span).intersection(range) !== undefined;
  });
  const own = shown.filter(({ source }) => source === SOURCE);
  const fixes = problems.flatMap((problem) => problem.fixes.map((fix, i) => ({ problem, fix, preferred: i === 0 })));
  const ignores = problems.flatMap((problem) => {
    const fix = problem.code === 'syntax-error' ? undefined : ignoreFix(problem.code, problem.span, commentedText(analysis));
    return fix === undefined ? [] : [{ problem, fix, preferred: false }];
  });
  return unique([...fixes, ...ignores]).map(({ problem, fix, preferred }) => {
    const action = actionOf(fix, vscode.CodeActionKind.QuickFix, analysis);
    action.isPreferred = preferred;
    action.diagnostics = own.filter(({ message }) => message === problem.message);
    return action;
  });
}

/** Two losses may meet in one helper, and so in one finding. */
function unique<T extends { readonly fix: Fix }>(items: readonly T[]): readonly T[] {
  return items.filter(({ fix }, i) => items.findIndex((other) => other.fix.title === fix.title) === i);
}

/** On the loss itself, or at a gap inside. */
function gapActions(loss: CheckedLoss, analysis: DocumentAnalysis, range: vscode.Range): vscode.CodeAction[] {
  const atGap = loss.gaps.some(({ span }) => span !== null && span.document === analysis.file.document && touches(analysis, span, range));
  if (!atGap && !touches(analysis, loss.nameSpan, range)) return [];
  if (missingNames(loss).length === 0) return [];
  return missingInputFixes(loss, commentedText(analysis)).map((fix) => actionOf(fix, vscode.CodeActionKind.QuickFix, analysis));
}

function assumptionActions(loss: CheckedLoss, analysis: DocumentAnalysis, range: vscode.Range): vscode.CodeAction[] {
  if (loss.assumed === 'comment' || !touches(analysis, loss.nameSpan, range)) return [];
  const fix = { title: 'Add a sample-batch comment', edits: [sampleBatchEdit(loss, commentedText(analysis))] };
  return [actionOf(fix, vscode.CodeActionKind.RefactorRewrite, analysis)];
}

/** On the line of the name counts as on the name: that is where the cursor is after "go to definition". */
function touches(analysis: DocumentAnalysis, span: CheckedLoss['span'], range: vscode.Range): boolean {
  const place = rangeOf(analysis, span);
  return place.start.line <= range.end.line && range.start.line <= place.end.line;
}

function isAt(loss: CheckedLoss, range: vscode.Range, analysis: DocumentAnalysis): boolean {
  const start = offsetOf(analysis, range.start);
  const cursor = { document: analysis.file.document, start, end: start };
  return contains(loss.span, cursor) || touches(analysis, loss.nameSpan, range);
}

function actionOf(fix: Fix, kind: vscode.CodeActionKind, analysis: DocumentAnalysis): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, kind);
  action.edit = workspaceEdit(analysis, fix);
  return action;
}
