/** Runs another program for the runtime installation: output collected, cancellable, never hanging for ever. */
import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** The last lines of everything printed, or why the program could not run: fit for a message. */
  readonly tail: string;
}

const tailLines = 6;
const tailChars = 800;

export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let all = '';
    let ended: string | undefined;
    // A group of its own on POSIX, so that a compiler or a download started by the program ends with it.
    const grouped = process.platform !== 'win32';
    // npm and pip are .cmd files on Windows, which only a shell starts; every argument here is ours.
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: grouped,
      shell: process.platform === 'win32' && !program.endsWith('.exe'),
    });
    const end = (why: string): void => {
      ended = why;
      if (grouped && child.pid !== undefined) killGroup(child.pid);
      else child.kill('SIGKILL');
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => end('timed out'), options.timeoutMs);
    const onAbort = (): void => end('cancelled');
    if (options.signal?.aborted) onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true });

    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
    const onExit = (): void => end('our process ended');
    process.once('exit', onExit);
    const finish = (ok: boolean, reason: string | undefined): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      process.removeListener('exit', onExit);
      resolve({ ok, stdout, tail: [lastLines(all), reason].filter(Boolean).join('\n') });
    };
    child.on('error', (error) => finish(false, error.message));
    child.on('close', (code) => finish(code === 0 && ended === undefined, ended));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-tailLines).join('\n').slice(-tailChars);
}
