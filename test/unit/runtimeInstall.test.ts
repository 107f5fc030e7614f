/** The installation of the native runtime when things go wrong: no tools, failing tools, an earlier one that was killed, two at once. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../src/run/installLock';
import { runCommand } from '../../src/run/runCommand';
import { cachedRuntime, provideRuntime, tfjsNodeVersion } from '../../src/run/runtimeInstall';

let folder = '';
const originalPath = process.env.PATH;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'loss-lab-runtime-'));
});

afterEach(() => {
  process.env.PATH = originalPath;
  rmSync(folder, { recursive: true, force: true });
});

/** Makes a program the only one on PATH. */
function fakeProgram(name: string, script: string): void {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
  process.env.PATH = bin;
}

const final = `tfjs-node-${tfjsNodeVersion}-${process.platform}-${process.arch}`;

describe('provideRuntime', () => {
  it('says that npm is missing', async () => {
    process.env.PATH = '';
    const runtime = await provideRuntime({ cacheFolder: folder });
    expect(runtime).toEqual({ unavailable: 'npm not found: installing the TensorFlow runtime needs Node.js' });
  });

  it.skipIf(process.platform === 'win32')('hands on what npm said, and leaves nothing behind', async () => {
    fakeProgram('npm', 'echo "npm error network is down" >&2; exit 1');
    mkdirSync(path.join(folder, `${final}.partial-123`), { recursive: true });
    const progress: string[] = [];
    const runtime = await provideRuntime({ cacheFolder: folder, onProgress: (message) => progress.push(message) });
    expect(runtime).toEqual({ unavailable: 'npm could not install @tensorflow/tfjs-node: npm error network is down' });
    expect(progress).toEqual([`Installing @tensorflow/tfjs-node ${tfjsNodeVersion}`]);
    expect(readdirSync(folder)).toEqual(['bin']);
  });

  it.skipIf(process.platform === 'win32')('can be cancelled', async () => {
    fakeProgram('npm', 'while :; do :; done');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const runtime = await provideRuntime({ cacheFolder: folder, signal: controller.signal });
    expect(runtime).toEqual({ unavailable: 'the installation was cancelled' });
    expect(readdirSync(folder)).toEqual(['bin']);
  });

  it('uses what an earlier installation left, but not one without its marker', async () => {
    const modulePath = path.join(folder, final, 'node_modules/@tensorflow/tfjs-node');
    mkdirSync(modulePath, { recursive: true });
    expect(cachedRuntime(folder)).toBeUndefined();
    const marker = { version: tfjsNodeVersion, tensorflow: '2.21.0', route: 'wheel' };
    writeFileSync(path.join(folder, final, 'loss-lab-runtime.json'), JSON.stringify(marker));
    expect(await provideRuntime({ cacheFolder: folder })).toEqual({ ...marker, modulePath });
  });
});

describe('withLock', () => {
  it('lets one job run at a time', async () => {
    const lock = path.join(folder, 'lock');
    let running = 0;
    let most = 0;
    const job = async (): Promise<void> => {
      running++;
      most = Math.max(most, running);
      await sleep(50);
      running--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(lock, {}, job)));
    expect(most).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  it('takes over from a process that is gone', async () => {
    const lock = path.join(folder, 'lock');
    mkdirSync(lock);
    writeFileSync(path.join(lock, 'owner'), '999999999');
    expect(await withLock(lock, {}, async () => 'done')).toBe('done');
  });
});

describe('runCommand', () => {
  it('reports a program that does not exist', async () => {
    expect(await runCommand(path.join(folder, 'nothing.exe'), [])).toMatchObject({ ok: false, tail: expect.stringContaining('ENOENT') });
  });

  it('ends what takes too long', async () => {
    const result = await runCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 });
    expect(result).toMatchObject({ ok: false, tail: 'timed out' });
  });
});
