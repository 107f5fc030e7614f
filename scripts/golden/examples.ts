/**
 * Owns recording the examples' truth: draws each example loss's own sample batch as `loss-lab run` does, has TensorFlow evaluate the very
 * file on it, and writes test/golden/examples.jsonl. Arguments: dist folder, a Python with TensorFlow.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { analyze } from '../../src/check/analyze';
import { sourceFiles } from '../../src/cli/sourceFiles';
import { loadPythonParser } from '../../src/python/parser';
import type { RunInput } from '../../src/run/protocol';
import { FileModules } from '../../src/workspace/fileModules';
import { sampleBatch } from '../../src/workspace/sampleBatch';
import { askTensorFlow } from '../corpus/truth';

const [, , dist = 'dist', python = 'python3'] = process.argv;

interface Item {
  readonly file: string;
  readonly loss: string;
  readonly keras: string;
  readonly batch: Readonly<Record<string, unknown>>;
}

async function main(): Promise<void> {
  const parser = await loadPythonParser({ readWasm: (name) => readFile(path.join(dist, name)) });
  const parsers = { python: (text: string, document: string) => parser.parse(text, document) };
  const host = new FileModules(parsers);
  const files = sourceFiles(['examples']).filter((file) => file.endsWith('.py'));
  const items = files.flatMap((file): readonly Item[] => {
    const document = path.resolve(file);
    const checked = analyze({ document, text: readFileSync(file, 'utf8'), language: 'python', parsers, host, options: { keras: 'auto' } });
    const said = checked.losses.filter(({ assumed }) => assumed === 'comment');
    return said.map((loss) => ({ file, loss: loss.name, keras: String(loss.keras), batch: batchJson(sampleBatch(loss).inputs) }));
  });
  const answers = await askTensorFlow(python, items, () => undefined);
  const lines = items.map((item, i) => JSON.stringify({ ...item, truth: truthOf(item, answers[i] ?? {}) }));
  writeFileSync('test/golden/examples.jsonl', `${lines.join('\n')}\n`);
  console.log(`${lines.length} losses of ${files.length} examples recorded`);
}

/** `file` and `loss` are said already; how the loss was reached is of no interest. */
function truthOf({ file, loss }: Item, answer: object): object {
  const { value, reduced, received, gradient, graph, error } = answer as Readonly<Record<string, unknown>>;
  if (value === undefined) throw new Error(`${file} ${loss}: ${JSON.stringify(error ?? 'no answer')}`);
  return { value, reduced, received, gradient, graph };
}

function batchJson(inputs: readonly RunInput[]): Item['batch'] {
  // Nine digits give the same float32 back.
  const short = (data: ArrayLike<number>): readonly number[] => Array.from(data, (element) => Number(element.toPrecision(9)));
  return Object.fromEntries(inputs.map(({ role, tensor: { shape, dtype, data } }) => [role, { shape, dtype, data: short(data) }]));
}

void main();
