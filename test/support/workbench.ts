/** A real VS Code with our extension loaded, driven as a person would: what end-to-end tests and screenshots use. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { openInChromium, openInElectron } from './workbenchHosts';
import type { WorkbenchHost } from './workbenchInstall';

export type Theme = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

export interface LaunchOptions {
  /** A folder that is copied, or files to write. The workbench works on the copy. */
  readonly workspace: string | Readonly<Record<string, string>>;
  /** Default true. False opens the folder in restricted mode. */
  readonly trusted?: boolean;
  readonly theme?: Theme;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly size?: { readonly width: number; readonly height: number };
  /** Environment of the server, hence of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One open window: closes everything that it started. */
export interface OpenWindow {
  readonly page: Page;
  readonly browser?: Browser;
  close(): Promise<void>;
}

export const extensionFolder = path.resolve(__dirname, '../..');

const themes: Readonly<Record<Theme, string>> = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
};

/** Nothing that moves, asks, or reaches for the network; typed text stays as typed. */
const quietSettings: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.minimap.enabled': false,
  'editor.hover.delay': 100,
  'files.autoSave': 'off',
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'typescript.disableAutomaticTypeAcquisition': true,
};

export async function launchWorkbench(host: Exclude<WorkbenchHost, { kind: 'none' }>, options: LaunchOptions): Promise<Workbench> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loss-lab-e2e-'));
  const workspace = path.join(folder, 'workspace');
  const userFolder = path.join(folder, 'data');
  mkdirSync(workspace);
  if (typeof options.workspace === 'string') cpSync(options.workspace, workspace, { recursive: true });
  else writeFiles(workspace, options.workspace);
  const settings = {
    ...quietSettings,
    'workbench.colorTheme': themes[options.theme ?? 'dark'],
    'security.workspace.trust.enabled': options.trusted === false,
    ...options.settings,
  };
  // code-server keeps the user's data in a folder below, VS Code in this one.
  const settingsFile = path.join(userFolder, host.kind === 'code-server' ? 'data/User/settings.json' : 'User/settings.json');
  mkdirSync(path.dirname(settingsFile), { recursive: true });
  writeFileSync(settingsFile, JSON.stringify(settings, undefined, 2));

  const size = options.size ?? { width: 1280, height: 800 };
  const env = { ...process.env, ...options.env };
  const request = { workspace, userFolder, extensionFolder, size, env };
  try {
    const window = host.kind === 'code-server' ? await openInChromium(host, request) : await openInElectron(host, request);
    const workbench = new Workbench(window, { folder, workspace });
    await workbench.waitUntilReady();
    return workbench;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

interface WorkbenchFolders {
  readonly folder: string;
  readonly workspace: string;
}

export interface ShownProblem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
}

export class Workbench {
  readonly page: Page;
  readonly workspace: string;

  constructor(
    private readonly window: OpenWindow,
    private readonly folders: WorkbenchFolders,
  ) {
    this.page = window.page;
    this.workspace = folders.workspace;
  }

  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 120_000 });
  }

  /** Opens a file of the workspace, by its name or path, in the editor. */
  async openFile(name: string): Promise<void> {
    // Else a file would open beside a panel that has the focus.
    await this.focusEditor();
    await this.openQuickInput('ControlOrMeta+P');
    await this.quickInput().fill(name);
    const first = this.page.locator('.quick-input-list .monaco-list-row').first();
    await first.filter({ hasText: path.basename(name) }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${path.basename(name)}"]`).waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
    await this.focusEditor();
  }

  /** Lines and columns from 1, as everywhere. */
  async setCursor(line: number, column = 1): Promise<void> {
    await this.focusEditor();
    await this.openQuickInput('Control+G');
    await this.quickInput().fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Replaces the whole text of the active editor, as one edit. */
  async setText(text: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
  }

  /** Types at the cursor, key by key. */
  async type(text: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.type(text);
  }

  async focusEditor(): Promise<void> {
    await this.runKeys('ControlOrMeta+1');
  }

  /** The text of the hover at a place, once it contains `expected` (any hover without it). */
  async hoverText(line: number, column: number, expected: string | RegExp = /\S/): Promise<string> {
    await this.setCursor(line, column);
    const hover = this.page
      .locator('.monaco-resizable-hover:visible, .monaco-hover:not(.hidden):visible')
      .filter({ hasText: expected })
      .first();
    // The extension may still be starting: ask again until it has answered.
    for (let attempt = 0; attempt < 20; attempt++) {
      await this.runKeys('ControlOrMeta+K', 'ControlOrMeta+I');
      const shown = await hover.waitFor({ timeout: 1500 }).then(
        () => true,
        () => false,
      );
      if (shown) return hover.innerText();
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`no hover with ${String(expected)} at ${line}:${column}\n${this.extensionLog()}`);
  }

  /** The rows of the Problems view, top to bottom. */
  async problems(): Promise<readonly ShownProblem[]> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) {
      await this.runKeys('ControlOrMeta+Shift+M');
      await panel.waitFor();
    }
    // One look at all rows: VS Code may redraw the list between two.
    const rows = await panel
      .locator('.monaco-list-row:has(.marker-icon)')
      .evaluateAll((elements) => elements.map((row) => ({ html: row.innerHTML, text: row.innerText })));
    return rows.map((row) => ({
      severity: row.html.includes('codicon-error') ? 'error' : row.html.includes('codicon-warning') ? 'warning' : 'info',
      text: row.text.trim().replaceAll(/\s+/g, ' '),
    }));
  }

  /** Waits until the Problems view satisfies `until`. */
  async waitForProblems(until: (problems: readonly ShownProblem[]) => boolean, timeoutMs = 30_000): Promise<readonly ShownProblem[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const problems = await this.problems();
      if (until(problems)) return problems;
      if (Date.now() > deadline) throw new Error(`the Problems view shows ${JSON.stringify(problems)}\n${this.extensionLog()}`);
      await this.page.waitForTimeout(250);
    }
  }

  /** Runs a command by the title that the command palette shows. */
  async runCommand(title: string): Promise<void> {
    await this.openQuickInput('F1');
    await this.quickInput().fill(`>${title}`);
    // A row's label is the title, and after a comma its key; commands with a longer title are listed too.
    const label = JSON.stringify(title);
    const comma = JSON.stringify(`${title},`);
    await this.page.locator(`.quick-input-list .monaco-list-row:is([aria-label=${label}], [aria-label^=${comma}])`).first().click();
  }

  codeLens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a, .codelens-decoration span').filter({ hasText: text }).first();
  }

  /** The quick fixes offered at a place. */
  async quickFixes(line: number, column: number): Promise<Locator> {
    await this.setCursor(line, column);
    const items = this.page.locator('.action-widget .monaco-list-row.action');
    // A list that opens while findings still change closes again.
    for (let attempt = 0; attempt < 8; attempt++) {
      await this.runKeys('ControlOrMeta+.');
      const shown = await items
        .first()
        .waitFor({ timeout: 3000 })
        .then(
          () => true,
          () => false,
        );
      if (shown) return items;
    }
    throw new Error(`no quick fix at ${line}:${column}`);
  }

  /** The document inside a webview: VS Code nests two frames. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Waits for a notification; toasts hide after some seconds, so the notification centre is opened when none is seen. */
  async waitForNotification(text: string | RegExp): Promise<Locator> {
    const item = this.page.locator('.notification-list-item').filter({ hasText: text }).first();
    const seen = await item.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (!seen) await this.runCommand('Notifications: Show Notifications');
    await item.waitFor();
    return item;
  }

  /** The text of the active editor as saved: the shown lines are only what fits the window. */
  async savedText(name: string): Promise<string> {
    await this.runKeys('ControlOrMeta+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'hidden' });
    return readFileSync(path.join(this.workspace, name), 'utf8');
  }

  /** Changes settings, those of the workspace: VS Code notices that its file changes, while the user's is read once by code-server. */
  updateSettings(changes: Readonly<Record<string, unknown>>): void {
    writeFiles(this.workspace, { '.vscode/settings.json': JSON.stringify(changes) });
  }

  async screenshot(file: string): Promise<void> {
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }

  /** What the extension host logged: the first thing to read when a test fails. */
  extensionLog(): string {
    const logs = readdirSync(this.folders.folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(remoteexthost|exthost)\.log$/.test(name),
    );
    return logs.map((name) => readFileSync(path.join(this.folders.folder, name), 'utf8')).join('\n');
  }

  async close(): Promise<void> {
    await this.window.close();
    if (existsSync(this.folders.folder)) rmSync(this.folders.folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 300 });
  }

  /** A page that has the focus hands keys on late, and not while the focus moves: pressed again until the input is there. */
  private async openQuickInput(key: string): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.page.keyboard.press(key);
      const shown = await this.quickInput()
        .waitFor({ timeout: 3000 })
        .then(
          () => true,
          () => false,
        );
      if (shown) return;
    }
    throw new Error(`${key} opens no input`);
  }

  private quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input').first();
  }

  private async runKeys(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }
}
