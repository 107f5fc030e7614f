/**
 * Owns the parent's side of the child process: starts it, sends one request at a time (the latest wins), and answers each with a result or a
 * reason, whatever the child does: cancelled, too slow, crashed or silent.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { type BackendInfo, type BackendRequest, failed, parseFromChild, type RunAnswer, type RunRequest, type RunStage } from './protocol';

export interface ClientOptions {
  /** The bundle dist/child.js. */
  readonly childPath: string;
  readonly backend: BackendRequest;
  /** Folder of a @tensorflow/tfjs-node package; null: none is installed. */
  readonly runtime: string | null;
  readonly timeoutMs?: number;
  readonly loadTimeoutMs?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: ((stage: RunStage) => void) | undefined;
}

export const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_LOAD_TIMEOUT_MS = 60_000;
/** A child that is cancelled may finish within this time; then it is replaced. */
const GRACE_MS = 250;
const HEAP_MEGABYTES = 4096;
const KEPT_ERROR_TEXT = 4000;

interface Job {
  readonly id: number;
  readonly request: RunRequest;
  readonly options: RunOptions;
  /** Undefined once answered: the child may still be busy with it. */
  settle: ((answer: RunAnswer) => void) | undefined;
}

export class RunClient {
  private child: ChildProcess | undefined;
  private backend: BackendInfo | undefined;
  private active: Job | undefined;
  private waiting: Job | undefined;
  private timer: NodeJS.Timeout | undefined;
  private errorText = '';
  private nextId = 1;

  constructor(private readonly options: ClientOptions) {}

  /** The backend that the running child loaded, once it has. */
  get loadedBackend(): BackendInfo | undefined {
    return this.backend;
  }

  /** Starts the child before it is needed. */
  start(): void {
    if (this.child === undefined) this.fork();
  }

  /** Never rejects. A newer call supersedes an older one. */
  run(request: RunRequest, options: RunOptions = {}): Promise<RunAnswer> {
    return new Promise((resolve) => {
      const job: Job = { id: this.nextId++, request, options, settle: undefined };
      job.settle = (answer) => {
        job.settle = undefined;
        resolve(answer);
      };
      this.waiting?.settle?.(failed('superseded', 'A newer evaluation took the place of this one.'));
      this.waiting = job;
      this.abandon('superseded', 'A newer evaluation took the place of this one.');
      const { signal } = options;
      if (signal?.aborted) this.cancel(job);
      else signal?.addEventListener('abort', () => this.cancel(job), { once: true });
      this.next();
    });
  }

  /** Ends the child; what is pending is answered. */
  dispose(): void {
    this.waiting?.settle?.(failed('cancelled', 'The evaluation was cancelled.'));
    this.waiting = undefined;
    this.active?.settle?.(failed('cancelled', 'The evaluation was cancelled.'));
    this.end();
  }

  private cancel(job: Job): void {
    if (job.settle === undefined) return;
    if (this.waiting === job) {
      this.waiting = undefined;
      job.settle(failed('cancelled', 'The evaluation was cancelled.'));
    } else this.abandon('cancelled', 'The evaluation was cancelled.');
  }

  /** Answers the active job now; the child gets a moment to come to its end by itself. */
  private abandon(kind: 'cancelled' | 'superseded', message: string): void {
    const job = this.active;
    if (job?.settle === undefined) return;
    job.settle(failed(kind, message));
    // While it loads its backend there is nothing to stop, and starting anew would take longer.
    if (this.backend !== undefined) this.watch(GRACE_MS, () => this.replace());
  }

  /** Sends the waiting job if the child is free. */
  private next(): void {
    if (this.active !== undefined || this.waiting === undefined) return;
    const job = this.waiting;
    this.waiting = undefined;
    this.active = job;
    if (this.child === undefined) this.fork();
    if (this.backend !== undefined) this.watchRun(job);
    this.child?.send({ kind: 'run', id: job.id, request: job.request }, (error) => {
      if (error !== null && this.active === job) this.lost(`it could not be reached: ${error.message}`);
    });
  }

  private watchRun(job: Job): void {
    const limit = job.options.timeoutMs ?? this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.watch(limit, () => {
      job.settle?.(failed('timeout', `The evaluation took longer than ${limit / 1000} s and was stopped.`));
      this.replace();
    });
  }

  private watch(milliseconds: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, milliseconds);
  }

  private fork(): void {
    this.errorText = '';
    const child = fork(this.options.childPath, [this.options.backend, this.options.runtime ?? ''], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Not the parent's own options: a debugger's port cannot be shared.
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', TF_ENABLE_ONEDNN_OPTS: '0' },
    });
    this.child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errorText = (this.errorText + text).slice(-KEPT_ERROR_TEXT);
    });
    child.on('message', (message) => this.receive(child, message));
    child.on('error', (error) => this.ended(child, error.message));
    child.on('exit', (code, signal) => this.ended(child, signal ?? `status ${code}`));
    const limit = this.options.loadTimeoutMs ?? DEFAULT_LOAD_TIMEOUT_MS;
    this.watch(limit, () => this.lost(`it was not ready after ${limit / 1000} s`));
  }

  private receive(child: ChildProcess, received: unknown): void {
    if (child !== this.child) return;
    const message = parseFromChild(received);
    if (message === undefined) this.lost('it sent something that is not an answer');
    else if (message.kind === 'ready') {
      this.backend = message.backend;
      clearTimeout(this.timer);
      if (this.active?.settle !== undefined) this.watchRun(this.active);
      else if (this.active !== undefined) this.watch(GRACE_MS, () => this.replace());
    } else if (message.id !== this.active?.id) return;
    else if (message.kind === 'progress') this.active.options.onProgress?.(message.stage);
    else if (message.kind === 'answer') {
      clearTimeout(this.timer);
      this.active.settle?.(message.answer);
      this.active = undefined;
      this.next();
    }
  }

  private ended(child: ChildProcess, reason: string): void {
    if (child !== this.child) return;
    const said = this.errorText.trim().split('\n').slice(-3).join(' ');
    this.lost(said === '' ? reason : `${reason}: ${said}`);
  }

  /** The child is of no more use: what it was doing is answered; a waiting job gets a new one. */
  private lost(reason: string): void {
    this.active?.settle?.(failed('crash', `The evaluating process ended (${reason}). It is started again for the next evaluation.`));
    this.replace();
  }

  private replace(): void {
    this.end();
    this.next();
  }

  private end(): void {
    clearTimeout(this.timer);
    const child = this.child;
    const idle = this.backend !== undefined && this.active === undefined;
    this.child = undefined;
    this.backend = undefined;
    this.active = undefined;
    // A child inside a native op or an endless loop does not hear anything but a kill; an idle one ends by itself and keeps its code cache.
    if (idle && child?.connected === true) child.disconnect();
    else child?.kill('SIGKILL');
  }
}
