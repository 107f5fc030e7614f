/**
 * Provides tfjs-node, the engine that computes: finds an installed one, else installs it into a cache folder that clones, editors and the
 * command line share. First the official download, then the route through the tensorflow-cpu wheel (runtimeWheel.ts).
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { withLock } from './installLock';
import { runCommand } from './runCommand';
import { probeRuntime } from './runtimeProbe';
import { findProgram, type InstallSteps } from './runtimeSteps';
import { installFromWheel } from './runtimeWheel';

export const tfjsNodeVersion = '4.22.0';

export type RuntimeRoute = 'project' | 'official' | 'wheel';

export interface InstalledRuntime {
  readonly modulePath: string;
  /** tfjs-node's version, and the TensorFlow inside. */
  readonly version: string;
  readonly tensorflow: string;
  readonly route: RuntimeRoute;
}

export type Runtime = InstalledRuntime | { readonly unavailable: string };

export interface RuntimeOptions {
  /** Default: LOSS_LAB_CACHE, else ~/.cache/loss-lab. */
  readonly cacheFolder?: string;
  /** A project folder whose own @tensorflow/tfjs-node is used if it loads. */
  readonly projectFolder?: string;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export function runtimeCacheFolder(): string {
  return process.env.LOSS_LAB_CACHE ?? path.join(os.homedir(), '.cache', 'loss-lab');
}

/** The runtime that an earlier installation left in the cache folder. Cheap: reads one small file. */
export function cachedRuntime(cacheFolder: string = runtimeCacheFolder()): InstalledRuntime | undefined {
  const folder = runtimeFolder(cacheFolder);
  try {
    const marker = JSON.parse(readFileSync(path.join(folder, markerName), 'utf8')) as Omit<InstalledRuntime, 'modulePath'>;
    const modulePath = modulePathIn(folder);
    return existsSync(modulePath) ? { ...marker, modulePath } : undefined;
  } catch {
    // No marker: never installed, or the installation did not come to its end.
    return undefined;
  }
}

/** Finds the runtime or installs it. Never throws: what stands in the way is the answer's reason. */
export async function provideRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const cacheFolder = options.cacheFolder ?? runtimeCacheFolder();
  const steps: InstallSteps = { progress: options.onProgress ?? (() => undefined), signal: options.signal };
  try {
    const own = options.projectFolder === undefined ? undefined : await projectRuntime(options.projectFolder, options.signal);
    if (own !== undefined) return own;
    const cached = cachedRuntime(cacheFolder);
    if (cached !== undefined) return cached;
    const onWait = (owner: string): void => steps.progress(`Waiting for the installation that process ${owner} is running`);
    return await withLock(path.join(cacheFolder, 'runtime.lock'), { signal: options.signal, onWait }, async () => {
      return cachedRuntime(cacheFolder) ?? (await install(cacheFolder, steps));
    });
  } catch (error) {
    return {
      unavailable: options.signal?.aborted ? 'the installation was cancelled' : error instanceof Error ? error.message : String(error),
    };
  }
}

const markerName = 'loss-lab-runtime.json';

function runtimeFolder(cacheFolder: string): string {
  return path.join(cacheFolder, `tfjs-node-${tfjsNodeVersion}-${process.platform}-${process.arch}`);
}

function modulePathIn(folder: string): string {
  return path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

async function projectRuntime(folder: string, signal: AbortSignal | undefined): Promise<InstalledRuntime | undefined> {
  let modulePath: string;
  try {
    modulePath = path.dirname(createRequire(path.join(folder, 'package.json')).resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return undefined;
  }
  const probe = await probeRuntime(modulePath, signal);
  return probe.ok ? { modulePath, version: probe.version, tensorflow: probe.tensorflow, route: 'project' } : undefined;
}

/** Everything happens in a folder beside the final one, which only a finished installation gets its name from. */
async function install(cacheFolder: string, steps: InstallSteps): Promise<InstalledRuntime> {
  const final = runtimeFolder(cacheFolder);
  const partial = `${final}.partial-${process.pid}`;
  await removePartials(final);
  try {
    await installPackage(partial, steps);
    const route = (await officialInstall(partial, steps)) ? 'official' : 'wheel';
    if (route === 'wheel') {
      // Whatever a failed download left behind must not be mistaken for a library.
      for (const name of ['deps', 'lib']) await rm(path.join(modulePathIn(partial), name), { recursive: true, force: true });
      await installFromWheel(modulePathIn(partial), steps);
    }
    steps.progress('Verifying the runtime');
    const probe = await probeRuntime(modulePathIn(partial), steps.signal);
    if (!probe.ok) throw new Error(`the installed tfjs-node does not work: ${probe.reason}`);
    const marker = { version: probe.version, tensorflow: probe.tensorflow, route };
    await writeFile(path.join(partial, markerName), JSON.stringify(marker));
    await rm(final, { recursive: true, force: true });
    await rename(partial, final);
    return { ...marker, modulePath: modulePathIn(final), route };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** What installations left that were killed. The lock is held: none is running. */
async function removePartials(final: string): Promise<void> {
  const cacheFolder = path.dirname(final);
  const prefix = `${path.basename(final)}.partial-`;
  for (const name of await readdir(cacheFolder)) {
    if (name.startsWith(prefix)) await rm(path.join(cacheFolder, name), { recursive: true, force: true });
  }
}

async function installPackage(folder: string, steps: InstallSteps): Promise<void> {
  if (findProgram('npm') === undefined) throw new Error('npm not found: installing the TensorFlow runtime needs Node.js');
  steps.progress(`Installing @tensorflow/tfjs-node ${tfjsNodeVersion}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'loss-lab-runtime', private: true }));
  const args = ['install', `@tensorflow/tfjs-node@${tfjsNodeVersion}`, '--ignore-scripts', '--no-audit', '--no-fund'];
  const result = await runCommand('npm', args, { cwd: folder, signal: steps.signal });
  if (!result.ok) throw new Error(`npm could not install @tensorflow/tfjs-node: ${result.tail}`);
}

/** The package's own install step. False where its download host is out of reach or its binaries do not work here. */
async function officialInstall(folder: string, steps: InstallSteps): Promise<boolean> {
  if (!(await isReachable(downloadHost(modulePathIn(folder))))) return false;
  steps.progress('Downloading the official TensorFlow library');
  const args = ['rebuild', '@tensorflow/tfjs-node', '--ignore-scripts=false'];
  const result = await runCommand('npm', args, { cwd: folder, signal: steps.signal, timeoutMs: 900_000 });
  return result.ok && (await probeRuntime(modulePathIn(folder), steps.signal)).ok;
}

function downloadHost(packageFolder: string): string {
  const manifest = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as { binary?: { host?: string } };
  return new URL(manifest.binary?.host ?? '').hostname;
}

/** A closed firewall would let the download hang for minutes. Behind a proxy only the download itself can tell. */
function isReachable(host: string): Promise<boolean> {
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = net.connect({ host, port: 443 });
    const answer = (reachable: boolean): void => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(5000, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
