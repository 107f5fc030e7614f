/**
 * Provides the VS Code that end-to-end tests, screenshots and `npm run code` drive: the workbench of the npm package code-server in Chromium,
 * or a VS Code downloaded from its update server.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { download } from '@vscode/test-electron';
import { withLock } from '../../src/run/installLock';
import { runCommand } from '../../src/run/runCommand';
import { runtimeCacheFolder } from '../../src/run/runtimeInstall';
import { findProgram } from '../../src/run/runtimeSteps';

/** code-server 4.x is VS Code 1.x; it needs the Node of that VS Code, which the npm package `node` brings. */
const codeServerVersion = '4.139.1';
const nodeVersion = '24';
const downloadedVersion = '1.105.1';

export interface CodeServerHost {
  readonly kind: 'code-server';
  readonly node: string;
  readonly server: string;
  /** Undefined where only a person's own browser is to be used. */
  readonly chromium: string | undefined;
}

export interface ElectronHost {
  readonly kind: 'electron';
  readonly executable: string;
}

export type WorkbenchHost = CodeServerHost | ElectronHost | { readonly kind: 'none'; readonly reason: string };

export interface ProvideOptions {
  readonly progress: (message: string) => void;
  /** A preference; without one the first that can be had: code-server where it is installed or installable, else a download. */
  readonly prefer?: 'code-server' | 'electron' | undefined;
  /** Tests drive a Chromium; a person brings a browser. */
  readonly needsChromium: boolean;
}

export async function provideWorkbench(options: ProvideOptions): Promise<WorkbenchHost> {
  const order = options.prefer === 'electron' ? [provideElectron, provideCodeServer] : [provideCodeServer, provideElectron];
  const reasons: string[] = [];
  for (const provide of order) {
    try {
      return await provide(options);
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { kind: 'none', reason: reasons.join('; ') };
}

async function provideCodeServer(options: ProvideOptions): Promise<CodeServerHost> {
  if (process.platform === 'win32') throw new Error('code-server does not run on Windows');
  const chromium = findChromium();
  if (options.needsChromium && chromium === undefined) {
    throw new Error('no Chromium found (on Debian: apt-get install chromium; else set LOSS_LAB_CHROMIUM to a Chromium or Chrome)');
  }
  const cacheFolder = runtimeCacheFolder();
  const folder = path.join(cacheFolder, `code-server-${codeServerVersion}`);
  if (!existsSync(path.join(folder, markerName))) {
    const onWait = (owner: string): void => options.progress(`Waiting for the installation that process ${owner} is running`);
    await withLock(path.join(cacheFolder, 'code-server.lock'), { onWait }, async () => {
      if (!existsSync(path.join(folder, markerName))) await installCodeServer(folder, options.progress);
    });
  }
  return { kind: 'code-server', node: nodeIn(folder), server: serverIn(folder), chromium };
}

const markerName = 'loss-lab-workbench.json';

function nodeIn(folder: string): string {
  return path.join(folder, 'node_modules/node/bin/node');
}

function serverIn(folder: string): string {
  return path.join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
}

function findChromium(): string | undefined {
  const named = process.env.LOSS_LAB_CHROMIUM;
  if (named) return named;
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(findProgram).find((file) => file !== undefined);
}

async function installCodeServer(folder: string, progress: (message: string) => void): Promise<void> {
  const missing = ['g++', 'make', 'python3'].filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) {
    throw new Error(`code-server needs ${missing.join(', ')} (on Debian: apt-get install g++ make python3 libkrb5-dev)`);
  }
  await rm(folder, { recursive: true, force: true });
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'loss-lab-workbench', private: true }));
  progress(`Installing Node ${nodeVersion} for code-server`);
  await npmInstall(partial, `node@${nodeVersion}`, process.env);
  progress(`Installing code-server ${codeServerVersion} (about 2 minutes)`);
  const env = { ...process.env, PATH: `${path.dirname(nodeIn(partial))}${path.delimiter}${process.env.PATH ?? ''}` };
  await npmInstall(partial, `code-server@${codeServerVersion}`, env);
  const started = await runCommand(nodeIn(partial), [serverIn(partial), '--version'], { timeoutMs: 60_000 });
  if (!started.ok) throw new Error(`the installed code-server does not start: ${started.tail}`);
  await writeFile(path.join(partial, markerName), JSON.stringify({ codeServer: codeServerVersion }));
  await rename(partial, folder);
}

async function npmInstall(folder: string, what: string, env: NodeJS.ProcessEnv): Promise<void> {
  const result = await runCommand('npm', ['install', what, '--ignore-scripts=false', '--no-audit', '--no-fund'], {
    cwd: folder,
    env,
    timeoutMs: 900_000,
  });
  if (!result.ok) throw new Error(`npm could not install ${what}: ${result.tail}`);
}

async function provideElectron(options: ProvideOptions): Promise<ElectronHost> {
  if (process.platform === 'linux' && !process.env.DISPLAY && findProgram('Xvfb') === undefined) {
    throw new Error('a downloaded VS Code needs a display (on Debian: apt-get install xvfb)');
  }
  options.progress(`Looking for VS Code ${downloadedVersion} at its update server`);
  const cachePath = path.join(runtimeCacheFolder(), 'vscode');
  const reporter = { report: () => undefined, error: () => undefined };
  const executable = await download({ version: downloadedVersion, cachePath, reporter, timeout: 10_000 }).catch((error: unknown) => {
    throw new Error(`VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}`);
  });
  return { kind: 'electron', executable };
}

/** VS Code's version inside the host, for messages. */
export function hostVersion(host: CodeServerHost): string {
  const manifest = path.join(path.dirname(host.server), '..', 'package.json');
  return String((JSON.parse(readFileSync(manifest, 'utf8')) as { version: unknown }).version);
}
