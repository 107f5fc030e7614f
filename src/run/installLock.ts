/** A lock between installations of the runtime, by whatever process: clones, editors and the command line share one cache folder. */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: (owner: string) => void;
}

const pollMs = 500;
/** Between making the folder and writing the owner into it; an owner that takes longer is gone. */
const nameGraceMs = 10_000;

/** Runs `job` while holding the lock `folder`; a lock whose owner is gone is taken over. */
export async function withLock<T>(folder: string, options: LockOptions, job: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(folder), { recursive: true });
  let told = false;
  while (!(await tryLock(folder))) {
    if (await isStale(folder)) {
      await rm(folder, { recursive: true, force: true });
      continue;
    }
    if (!told) options.onWait?.(await ownerOf(folder));
    told = true;
    await sleep(pollMs, undefined, { signal: options.signal });
  }
  try {
    return await job();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryLock(folder: string): Promise<boolean> {
  try {
    // Making a folder is the one step that every file system does atomically.
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(path.join(folder, 'owner'), String(process.pid));
  return true;
}

async function ownerOf(folder: string): Promise<string> {
  return readFile(path.join(folder, 'owner'), 'utf8').catch(() => '');
}

async function isStale(folder: string): Promise<boolean> {
  const owner = Number(await ownerOf(folder));
  if (owner > 0) return !isAlive(owner);
  const made = await stat(folder).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > nameGraceMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
