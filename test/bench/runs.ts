/** Measures runs in one child process: the first, which waits for the backend, and those after it. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { analyze } from '../../src/check/analyze';
import { UsedModules } from '../../src/program/modules';
import { loadPythonParser } from '../../src/python/parser';
import { RunClient } from '../../src/run/client';
import { cachedRuntime } from '../../src/run/runtimeInstall';
import { FileModules } from '../../src/workspace/fileModules';
import { runRequest } from '../../src/workspace/runRequest';
import { sampleBatch } from '../../src/workspace/sampleBatch';
import { type Measured, summary } from './measure';

export interface RunTimes {
  readonly backend: string;
  readonly first: number;
  readonly again: Measured;
}

export async function measureRuns(dist: string, count: number): Promise<readonly RunTimes[]> {
  const parser = await loadPythonParser({ readWasm: (name) => readFile(path.join(dist, name)) });
  const document = path.resolve('examples/custom_mse.py');
  const text = readFileSync(document, 'utf8');
  const module = parser.parse(text, document);
  const parsers = { python: () => module };
  const host = new UsedModules(new FileModules(parsers));
  const [loss] = analyze({ document, text, language: 'python', parsers, host, options: { keras: 'auto' } }).losses;
  if (loss === undefined) throw new Error('custom_mse is not found');
  const request = runRequest({ closure: host.closure(module), loss: loss.name, checked: loss, batch: sampleBatch(loss), keras: 'auto' });
  const found: RunTimes[] = [];
  const runtime = cachedRuntime()?.modulePath ?? null;
  for (const backend of runtime === null ? (['cpu'] as const) : (['cpu', 'node'] as const)) {
    const client = new RunClient({ childPath: path.join(dist, 'child.js'), backend, runtime });
    const times: number[] = [];
    for (let i = 0; i <= count; i++) {
      const start = performance.now();
      const answer = await client.run(request);
      if (!answer.ok) throw new Error(answer.failure.message);
      times.push(performance.now() - start);
    }
    client.dispose();
    found.push({ backend, first: times[0] ?? Number.NaN, again: summary(times.slice(1)) });
  }
  return found;
}
