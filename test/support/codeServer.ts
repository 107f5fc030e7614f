/** Starts the VS Code server inside code-server and says at which address a workbench opens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { CodeServerHost } from './workbenchInstall';

export interface ServerOptions {
  /** Holds settings, installed extensions and logs; the workbench starts as new in an empty one. */
  readonly dataFolder: string;
  /** A port or a range of ports; any free one without it. */
  readonly port?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunningServer {
  readonly port: number;
  /** The address of a workbench on `workspace` with the extension under development loaded. */
  address(workspace: string, extensionFolder: string): string;
  stop(): Promise<void>;
}

export async function startCodeServer(host: CodeServerHost, options: ServerOptions): Promise<RunningServer> {
  const args = [
    host.server,
    ...['--host', '127.0.0.1', '--port', options.port ?? '0', '--without-connection-token', '--accept-server-license-terms'],
    // Without the smoke-test driver a built workbench ignores the parameters of extension development.
    '--enable-smoke-test-driver',
    ...['--server-data-dir', options.dataFolder, '--telemetry-level', 'off', '--disable-update-check'],
  ];
  const child = spawn(host.node, args, { env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  // The group: the server's extension hosts are processes of their own.
  const kill = (): void => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  const port = await listeningPort(child);
  return {
    port,
    address(workspace, extensionFolder) {
      const payload = [['extensionDevelopmentPath', `vscode-remote://127.0.0.1:${port}${path.resolve(extensionFolder)}`]];
      const query = new URLSearchParams({ folder: path.resolve(workspace), payload: JSON.stringify(payload) });
      return `http://127.0.0.1:${port}/?${query}`;
    },
    async stop() {
      process.removeListener('exit', kill);
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      kill();
      await gone;
    },
  };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`code-server did not start: ${output}`)), 60_000);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`code-server ended: ${output}`)));
  });
}
