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

/** Caches of other builds and other Nodes that stay. */
const MOST_FILES = 8;

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
  if (cachedData === undefined || script.cachedDataRejected === true)
    process.on('exit', () => attempt(() => save(script, source.length, folder, cache)));
  const run = script.runInThisContext() as (...scope: readonly unknown[]) => void;
  run(module.exports, require, module, file, __dirname);
}

/** After the work, when the functions that it needed are compiled. Renamed into place: another process may read it meanwhile. */
function save(script: vm.Script, sourceLength: number, folder: string, cache: string): void {
  const data = script.createCachedData();
  // A run that did little (told its version, found no loss) leaves a cache that would help no other run.
  if (data.length < sourceLength) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${cache}.${process.pid}`;
  writeFileSync(draft, data);
  renameSync(draft, cache);
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  const byAge = files.map((file) => ({ file, changed: statSync(file).mtimeMs })).sort((a, b) => b.changed - a.changed);
  for (const { file } of byAge.slice(MOST_FILES)) rmSync(file);
}

start();
