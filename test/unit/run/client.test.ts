/** The child process as it must not be: crashing, hanging, talking nonsense, out of memory. Every request gets an answer all the same. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, RunClient } from '../../../src/run/client';
import type { RunAnswer, RunRequest } from '../../../src/run/protocol';

const folder = mkdtempSync(path.join(os.tmpdir(), 'loss-lab-child-'));
const clients: RunClient[] = [];

const READY = "process.send({ kind: 'ready', backend: { name: 'cpu', version: '4', reason: 'test' } });";
const ANSWER =
  "process.send({ kind: 'answer', id: m.id, answer: { ok: true, result: { loss: m.request.loss, reduced: NaN, gradient: {}, data: new Float32Array([NaN, -0]) } } });";

function clientOf(name: string, program: string, options: Partial<ClientOptions> = {}): RunClient {
  const childPath = path.join(folder, `${name}.cjs`);
  writeFileSync(childPath, program);
  const client = new RunClient({ childPath, backend: 'cpu', runtime: null, ...options });
  clients.push(client);
  return client;
}

function request(loss = 'mse'): RunRequest {
  const closure = { entry: 'a.py', modules: {}, imports: {} };
  return { closure, loss, inputs: [], keras: 3, settings: {}, memoryLimit: 1e9, probes: false };
}

function outcome(answer: RunAnswer): string {
  return answer.ok ? 'ok' : answer.failure.kind;
}

afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});

const MISBEHAVIOURS: readonly (readonly [string, string, string])[] = [
  ['crashes at once', 'process.exit(3)', 'crash'],
  ['throws while loading', "throw new Error('no such library')", 'crash'],
  ['crashes at work', `${READY} process.on('message', () => process.abort())`, 'crash'],
  ['talks nonsense', `${READY} process.on('message', () => process.send({ kind: 'answer', id: 'x' }))`, 'crash'],
  [
    'answers without a result',
    `${READY} process.on('message', (m) => process.send({ kind: 'answer', id: m.id, answer: { ok: true } }))`,
    'crash',
  ],
  ['never answers', `${READY} process.on('message', () => {})`, 'timeout'],
  ['loops for ever', `${READY} process.on('message', () => { for (;;); })`, 'timeout'],
  ['is never ready', "process.on('message', () => {})", 'crash'],
  ['leaves its channel', `${READY} process.on('message', () => process.disconnect())`, 'crash'],
];

describe('a child that', () => {
  it.each(MISBEHAVIOURS)('%s', async (name, program, expected) => {
    const client = clientOf(name, program, { timeoutMs: 400, loadTimeoutMs: 800 });
    expect(outcome(await client.run(request()))).toBe(expected);
    // And the next request is tried again with a new child.
    expect(outcome(await client.run(request()))).toBe(expected);
  });
});

describe('a child that works', () => {
  const program = `${READY} process.on('message', (m) => { if (m.request.loss === 'endless') for (;;); ${ANSWER} })`;

  it('answers with its numbers as they are', async () => {
    const answer = await clientOf('good', program).run(request());
    expect(answer).toMatchObject({ ok: true, result: { reduced: Number.NaN } });
    expect(answer.ok && (answer.result as unknown as { data: Float32Array }).data).toEqual(new Float32Array([Number.NaN, -0]));
  });

  it('is replaced when an endless evaluation is cancelled, and goes on', async () => {
    const client = clientOf('cancelled', program);
    const stop = new AbortController();
    const endless = client.run(request('endless'), { signal: stop.signal });
    setTimeout(() => stop.abort(), 200);
    expect(outcome(await endless)).toBe('cancelled');
    expect(outcome(await client.run(request()))).toBe('ok');
  });

  it('evaluates the latest of several requests', async () => {
    const client = clientOf('latest', program);
    const answers = await Promise.all([client.run(request('endless')), client.run(request('b')), client.run(request('c'))]);
    expect(answers.map(outcome)).toEqual(['superseded', 'superseded', 'ok']);
  });

  it('is not waited for once disposed', async () => {
    const client = clientOf('disposed', program);
    const endless = client.run(request('endless'));
    client.dispose();
    expect(outcome(await endless)).toBe('cancelled');
  });
});
