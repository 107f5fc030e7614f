/**
 * Owns when documents are analysed: at most once for each version, a moment after typing stops or when a view asks, and again when
 * a module that they import changes. Parsers are loaded with the first document that mentions a framework.
 */
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { type Analysis, analysisOf, type Language, mentionsFramework } from '../workspace/analysis';
import { FileModules } from '../workspace/fileModules';
import { loadParsers } from '../workspace/parsers';
import { Texts } from '../workspace/texts';
import { documentName, languageOf } from './documents';
import type { SettingsService } from './settingsService';

const PAUSE_MS = 150;

export interface DocumentAnalysis extends Analysis {
  readonly document: vscode.TextDocument;
  readonly version: number;
}

interface Entry {
  readonly version: number;
  readonly result: Promise<DocumentAnalysis | undefined>;
  done: DocumentAnalysis | undefined;
}

type Parsers = Awaited<ReturnType<typeof loadParsers>>;

export class AnalysisCache implements vscode.Disposable {
  private readonly analysed = new vscode.EventEmitter<DocumentAnalysis>();
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly forgotten = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly entries = new Map<vscode.TextDocument, Entry>();
  private readonly timers = new Map<vscode.TextDocument, NodeJS.Timeout>();
  private readonly parsers = new Map<Language, Promise<Parsers>>();
  private readonly parse: { [Each in Language]?: NonNullable<Parsers[Each]> } = {};
  private modules = this.newModules();
  private readonly subscriptions: vscode.Disposable;

  /** A document has been analysed that was not before, or whose findings may have changed. */
  readonly onDidAnalyze = this.analysed.event;
  /** Its text, a module that it imports, or a setting has changed: what is known of it is no longer true. */
  readonly onDidChange = this.changed.event;
  /** A document is closed or no longer ours. */
  readonly onDidForget = this.forgotten.event;

  constructor(private readonly settings: SettingsService) {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.{py,ts,tsx,mts,js,jsx,mjs}');
    this.subscriptions = vscode.Disposable.from(
      this.analysed,
      this.changed,
      this.forgotten,
      watcher,
      watcher.onDidChange((uri) => this.moduleChanged(uri)),
      watcher.onDidCreate(() => this.refresh()),
      watcher.onDidDelete(() => this.refresh()),
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.documentChanged(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.drop(document)),
      settings.onDidChange(() => this.refresh()),
    );
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.subscriptions.dispose();
  }

  /** The analysis of the document as it is now; undefined where there is nothing to say about it. */
  of(document: vscode.TextDocument): Promise<DocumentAnalysis | undefined> {
    const known = this.entries.get(document);
    if (known?.version === document.version) return known.result;
    const { version } = document;
    const entry: Entry = { version, result: this.analyse(document), done: undefined };
    this.entries.set(document, entry);
    void entry.result.then((analysis) => {
      entry.done = analysis;
      if (this.entries.get(document) !== entry) return;
      if (analysis === undefined) this.forgotten.fire(document);
      else this.analysed.fire(analysis);
    });
    return entry.result;
  }

  /** The last analysis of the document, of whatever version; never waits. */
  latest(document: vscode.TextDocument): DocumentAnalysis | undefined {
    return this.entries.get(document)?.done;
  }

  private async analyse(document: vscode.TextDocument): Promise<DocumentAnalysis | undefined> {
    const language = languageOf(document);
    if (language === undefined || !mentionsFramework(document.getText())) return undefined;
    await this.load(language);
    const [text, version] = [document.getText(), document.version];
    const analysis = analysisOf({
      document: documentName(document.uri),
      text,
      language,
      parsers: this.parse,
      host: this.modules,
      texts: new Texts(readModule),
      options: { keras: this.settings.of(document.uri).keras, cancelled: () => document.isClosed },
    });
    return { ...analysis, document, version };
  }

  private async load(language: Language): Promise<void> {
    const loading = this.parsers.get(language) ?? loadParsers(new Set([language]));
    this.parsers.set(language, loading);
    Object.assign(this.parse, await loading);
  }

  private schedule(document: vscode.TextDocument, pause = PAUSE_MS): void {
    if (languageOf(document) === undefined) return;
    clearTimeout(this.timers.get(document));
    this.timers.set(
      document,
      setTimeout(() => {
        this.timers.delete(document);
        if (!document.isClosed) void this.of(document);
      }, pause),
    );
  }

  private drop(document: vscode.TextDocument): void {
    clearTimeout(this.timers.get(document));
    this.timers.delete(document);
    this.entries.delete(document);
    this.modules.forget(documentName(document.uri));
    this.forgotten.fire(document);
  }

  private documentChanged(document: vscode.TextDocument): void {
    if (languageOf(document) === undefined) return;
    this.changed.fire(document);
    this.schedule(document);
    this.moduleChanged(document.uri);
  }

  /** Whoever imports the module is looked at again. */
  private moduleChanged(uri: vscode.Uri): void {
    const changed = documentName(uri);
    const importers = [...this.entries].filter(([document, { done }]) => {
      return document.uri.toString() !== uri.toString() && done !== undefined && Object.hasOwn(done.closure()?.modules ?? {}, changed);
    });
    this.modules.forget(changed);
    for (const [document] of importers) this.lookAgain(document);
  }

  /** Files came or went, or settings changed: anything may be different. */
  private refresh(): void {
    this.modules = this.newModules();
    for (const document of [...this.entries.keys()]) this.lookAgain(document);
  }

  private lookAgain(document: vscode.TextDocument): void {
    this.entries.delete(document);
    this.changed.fire(document);
    this.schedule(document);
  }

  private newModules(): FileModules {
    return new FileModules(this.parse, readModule);
  }
}

/** Modules are read as they are being edited. */
function readModule(file: string): string {
  const open = vscode.workspace.textDocuments.find((document) => documentName(document.uri) === file);
  return open === undefined ? readFileSync(file, 'utf8') : open.getText();
}
