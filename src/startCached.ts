/**
 * Owns the start of the command line and of the child process: runs the program beside it with V8's code cache, without which compiling takes
 * longer than the work. The build says which program (PROGRAM) and which build of it (BUILD). Whatever is wrong with the cache, the program runs.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';

declare const PROGRAM: string;
declare const BUILD: string;
declare const FLAGS: string;

const UNUSED_DAYS = 30;

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function start(): void {
  // Flags are part of what V8 compares a cache with.
  if (FLAGS !== '') v8.setFlagsFromString(FLAGS);
  const file = path.join(__dirname, PROGRAM);
  const folder = path.join(process.env.LOSS_LAB_CACHE ?? path.join(os.homedir(), '.cache', 'loss-lab'), 'code');
  const cache = path.join(folder, `${PROGRAM}-${BUILD}-${process.versions.v8}-${process.arch}`);
  const cachedData = attempt(() => readFileSync(cache));
  // The build writes ASCII only.
  const source = Module.wrap(readFileSync(file, 'latin1'));
  const script = new vm.Script(source, { filename: file, ...(cachedData ? { cachedData } : {}) });
  if (cachedData === undefined || script.cachedDataRejected === true) process.on('exit', () => attempt(() => save(script, folder, cache)));
  const run = script.runInThisContext() as (...scope: readonly unknown[]) => void;
  run(module.exports, require, module, file, __dirname);
}

/** After the work, when the functions that it needed are compiled. Renamed into place: another process may read it meanwhile. */
function save(script: vm.Script, folder: string, cache: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${cache}.${process.pid}`;
  writeFileSync(draft, script.createCachedData());
  renameSync(draft, cache);
  const oldest = Date.now() - UNUSED_DAYS * 24 * 3600 * 1000;
  for (const name of readdirSync(folder)) {
    const other = path.join(folder, name);
    if (statSync(other).mtimeMs < oldest) rmSync(other);
  }
}

start();
