/** Owns the child process as the panel uses it: started when it is first needed, anew when its backend changes, and evaluating a loss of an analysed text. */

import { messageOf } from '../check/messages';
import type { CheckedLoss } from '../check/result';
import { RunClient } from '../run/client';
import type { BackendRequest, RunStage } from '../run/protocol';
import { cachedRuntime } from '../run/runtimeInstall';
import type { Analysis } from '../workspace/analysis';
import { batchFor, runRequest } from '../workspace/runRequest';
import { InputError } from '../workspace/sampleBatch';
import type { Failure } from './failureView';
import type { Evaluated } from './resultView';

export interface RunnerSettings {
  readonly backend: BackendRequest;
  /** Folder of a tfjs-node package; '' for what an installation left. */
  readonly runtimePath: string;
}

export interface EvaluateOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly settings: RunnerSettings;
  readonly onProgress: (stage: RunStage) => void;
}

export type Outcome = { readonly ok: true; readonly evaluated: Evaluated } | { readonly ok: false; readonly failure: Failure };

export class Runner {
  private client: { readonly key: string; readonly run: RunClient } | undefined;

  constructor(private readonly childPath: string) {}

  /** Never rejects. */
  async evaluate(analysis: Analysis, loss: CheckedLoss, options: EvaluateOptions): Promise<Outcome> {
    const closure = analysis.closure();
    if (closure === undefined) return failed({ kind: 'usage', message: 'Nothing is known of this file.', span: null });
    try {
      const batch = await batchFor(loss, analysis.file.document);
      const request = runRequest({ closure, loss: loss.name, checked: loss, batch, keras: loss.keras });
      const { signal, timeoutMs, onProgress } = options;
      const answer = await this.clientFor(options.settings).run(request, { signal, timeoutMs, onProgress });
      if (answer.ok) {
        const { texts } = analysis;
        return { ok: true, evaluated: { result: answer.result, loss, inputs: batch.inputs, batch: batch.source, texts } };
      }
      const { kind, span, problem, message } = answer.failure;
      return failed({ kind, span, message: problem === undefined ? message : messageOf(problem, (place) => analysis.texts.text(place)) });
    } catch (error) {
      if (error instanceof InputError) return failed({ kind: 'input', message: sentence(error.message), span: error.span });
      return failed({ kind: 'crash', message: error instanceof Error ? error.message : String(error), span: null });
    }
  }

  /** Ends the process; the next evaluation starts another. */
  restart(): void {
    this.client?.run.dispose();
    this.client = undefined;
  }

  dispose(): void {
    this.restart();
  }

  private clientFor({ backend, runtimePath }: RunnerSettings): RunClient {
    const runtime = runtimeFolder(backend, runtimePath);
    const key = `${backend}\n${runtime ?? ''}`;
    if (this.client?.key !== key) {
      this.restart();
      this.client = { key, run: new RunClient({ childPath: this.childPath, backend, runtime }) };
    }
    return this.client.run;
  }
}

function runtimeFolder(backend: BackendRequest, runtimePath: string): string | null {
  if (backend === 'cpu' || backend === 'wasm') return null;
  return runtimePath || process.env.LOSS_LAB_RUNTIME || (cachedRuntime()?.modulePath ?? null);
}

function failed(failure: Failure): Outcome {
  return { ok: false, failure };
}

/** Messages of the engine begin in lower case, for lines of a terminal. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
}
