/** Owns asking a Python with TensorFlow what losses really give (scripts/golden/truth.py executes the files). */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Recorded } from './golden';

export interface TruthItem {
  readonly file: string;
  readonly loss: string;
  readonly batch: unknown;
}

export interface TruthAnswer {
  readonly value?: Recorded | null;
  readonly gradient?: Readonly<Record<string, Recorded | null>> | Recorded | null;
  readonly gradientError?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
}

/** One answer an item, in order; a Python that ends early leaves the rest out. */
export async function askTensorFlow(
  python: string,
  items: readonly TruthItem[],
  progress: (done: number) => void,
): Promise<readonly TruthAnswer[]> {
  const script = path.resolve('scripts/golden/truth.py');
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(JSON.stringify(items));
  const answers: TruthAnswer[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    answers.push(JSON.parse(line) as TruthAnswer);
    progress(answers.length);
  }
  return answers;
}
