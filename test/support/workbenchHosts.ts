/** Opens a workbench window for Playwright: code-server's in Chromium, or a downloaded VS Code. Both give the same kind of page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { _electron, chromium } from 'playwright-core';
import { startCodeServer } from './codeServer';
import type { OpenWindow } from './workbench';
import type { CodeServerHost, ElectronHost } from './workbenchInstall';

export interface WindowRequest {
  readonly workspace: string;
  readonly userFolder: string;
  readonly extensionFolder: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly env: NodeJS.ProcessEnv;
}

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openInChromium(host: CodeServerHost, request: WindowRequest): Promise<OpenWindow> {
  if (host.chromium === undefined) throw new Error('no Chromium found');
  const server = await startCodeServer(host, { dataFolder: request.userFolder, env: request.env });
  try {
    const browser = await chromium.launch({ executablePath: host.chromium, args: chromiumFlags });
    const page = await browser.newPage({ viewport: request.size });
    await page.goto(server.address(request.workspace, request.extensionFolder), { waitUntil: 'domcontentloaded' });
    return {
      page,
      browser,
      async close() {
        await browser.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

export async function openInElectron(host: ElectronHost, request: WindowRequest): Promise<OpenWindow> {
  const display = process.platform === 'linux' && !request.env.DISPLAY ? await startDisplay() : undefined;
  const env = Object.entries({ ...request.env, ...(display && { DISPLAY: display.name }) });
  const app = await _electron.launch({
    executablePath: host.executable,
    args: [
      request.workspace,
      `--extensionDevelopmentPath=${request.extensionFolder}`,
      `--user-data-dir=${request.userFolder}`,
      `--extensions-dir=${request.userFolder}/extensions`,
      ...['--no-sandbox', '--disable-gpu', '--disable-updates', '--disable-telemetry', '--skip-welcome', '--skip-release-notes'],
    ],
    env: Object.fromEntries(env.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  const page = await app.firstWindow();
  return {
    page,
    async close() {
      await app.close();
      display?.server.kill();
    },
  };
}

/** An X server of its own; it picks a free display and prints the number. */
function startDisplay(): Promise<{ name: string; server: ChildProcess }> {
  return new Promise((resolve, reject) => {
    const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1600x1000x24'], { stdio: ['ignore', 'pipe', 'ignore'] });
    server.on('error', reject);
    server.stdout.once('data', (number: Buffer) => resolve({ name: `:${number.toString().trim()}`, server }));
  });
}
