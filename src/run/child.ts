/**
 * Owns the entry of the forked process: loads a backend, then evaluates the losses that the parent sends. Receives parsed programs and
 * arrays, never source (but for TypeScript losses that are run as themselves); answers every request; ends when the parent is gone.
 */
import { type Backend, loadBackend } from './backends';
import { executeRun, type RunHooks } from './execute';
import { type BackendRequest, type FromChild, failed, parseToChild, type RunAnswer, type ToChild } from './protocol';

const REQUESTS: readonly string[] = ['auto', 'node', 'cpu', 'wasm'] satisfies readonly BackendRequest[];

function send(message: FromChild): void {
  process.send?.(message);
}

function backendRequest(argument: string | undefined): BackendRequest {
  return argument !== undefined && REQUESTS.includes(argument) ? (argument as BackendRequest) : 'auto';
}

const parent = process.ppid;

/** A busy child does not see its channel close; that it was handed to another parent, it sees. */
function orphaned(): boolean {
  return process.ppid !== parent;
}

async function answer(backend: Backend, { id, request }: ToChild): Promise<RunAnswer> {
  const hooks: RunHooks = { progress: (stage) => send({ kind: 'progress', id, stage }), cancelled: orphaned, now: () => performance.now() };
  try {
    if (request.script === undefined) return executeRun(request, backend, hooks);
    // Stock gradients and chained methods are loaded for losses that are run as themselves only.
    const { executeScript } = await import('./script/executeScript');
    return executeScript(request, request.script, backend, hooks);
  } catch (error) {
    return failed('crash', `Loss Lab could not evaluate this loss: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function main(): Promise<void> {
  process.on('disconnect', () => process.exit(0));
  const backend = loadBackend(backendRequest(process.argv[2]), process.argv[3] || null);
  process.on('message', (received: unknown) => {
    void backend.then(async (loaded) => {
      const message = parseToChild(received);
      if (message === undefined) return;
      send({ kind: 'started', id: message.id });
      send({ kind: 'answer', id: message.id, answer: await answer(loaded, message) });
    });
  });
  send({ kind: 'ready', backend: (await backend).info });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
