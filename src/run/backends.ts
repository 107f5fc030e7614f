/** Owns the choice and loading of what computes: TensorFlow through tfjs-node, else tfjs on cpu or wasm. The first that loads is used. */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { KernelContext } from '../graph/primitive';
import type { BackendInfo, BackendName, BackendRequest } from './protocol';
import { rawOp } from './rawOp';

export interface Backend {
  readonly info: BackendInfo;
  readonly tf: typeof tf;
  readonly raw: KernelContext['raw'];
}

/** Loads the backend that was asked for; `runtime` is the folder of a @tensorflow/tfjs-node package. Falls back with the reason. */
export async function loadBackend(request: BackendRequest, runtime: string | null): Promise<Backend> {
  tf.enableProdMode();
  if (request === 'auto' || request === 'node') {
    const native = loadNative(runtime);
    if (typeof native !== 'string') return native;
    return loadPortable('cpu', native);
  }
  return loadPortable(request, 'asked for');
}

async function loadPortable(name: 'cpu' | 'wasm', reason: string): Promise<Backend> {
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(`${wasmFolder()}${path.sep}`);
    // Kernels that wasm lacks are computed on cpu.
    await import('@tensorflow/tfjs-backend-cpu');
  }
  await tf.setBackend(name);
  await tf.ready();
  return { info: { name, version: tf.version_core, reason }, tf, raw: undefined };
}

/** The build puts the WASM files beside the bundle; unbundled (tests) they stand in the package. */
function wasmFolder(): string {
  const beside = path.join(__dirname, 'tfjs-backend-wasm.wasm');
  if (existsSync(beside)) return __dirname;
  return path.dirname(createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
}

/** tfjs-node's backend registered with our own tfjs-core, or why that cannot be. */
function loadNative(runtime: string | null): Backend | string {
  if (runtime === null) return 'the TensorFlow runtime (tfjs-node) is not installed';
  try {
    return registerNative(runtime);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return `the TensorFlow runtime did not load: ${reason}`;
  }
}

interface NativeBinding {
  readonly TF_Version: string;
}

const NAME: BackendName = 'tensorflow';

/**
 * Loads the addon, backend and kernels, and not the package's entry: that one loads all of TensorFlow.js (layers, data, converter) a second
 * time, which costs more than everything else together.
 */
function registerNative(runtime: string): Backend {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
  restoreRemovedFunctions();
  const load = createRequire(path.join(runtime, 'package.json'));
  const manifest = JSON.parse(readFileSync(path.join(runtime, 'package.json'), 'utf8')) as { readonly version: string };
  const binding = load(addonPath(runtime)) as NativeBinding;
  const restore = shareCore();
  try {
    const { NodeJSKernelBackend } = load('./dist/nodejs_kernel_backend.js') as {
      NodeJSKernelBackend: new (binding: unknown, name: string) => tf.KernelBackend;
    };
    load('./dist/register_all_kernels.js');
    tf.registerBackend(NAME, () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
  } finally {
    restore();
  }
  void tf.setBackend(NAME);
  if (tf.getBackend() !== NAME) throw new Error('the backend does not start');
  const raw = rawOp(tf.backend(), binding);
  return { info: { name: NAME, version: binding.TF_Version, reason: `tfjs-node ${manifest.version}` }, tf, raw };
}

function addonPath(runtime: string): string {
  const folders = ['napi-v8', 'napi-v7', 'napi-v6', 'napi-v5', 'napi-v9'];
  const found = folders.map((folder) => path.join(runtime, 'lib', folder, 'tfjs_binding.node')).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`no tfjs_binding.node in ${path.join(runtime, 'lib')}`);
  return found;
}

/** tfjs-node 4.22 calls functions that Node 23 removed. */
function restoreRemovedFunctions(): void {
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}

interface ModuleLoader {
  _load(request: string, ...rest: unknown[]): unknown;
}

/** Makes `require('@tensorflow/tfjs')` inside tfjs-node our tfjs-core, until the returned function is called. */
function shareCore(): () => void {
  const loader = Module as unknown as ModuleLoader;
  const original = loader._load;
  const core = { ...tf, KernelBackend: callableKernelBackend() };
  loader._load = function (request: string, ...rest: unknown[]): unknown {
    if (request === '@tensorflow/tfjs' || request === '@tensorflow/tfjs-core') return core;
    // Only TensorBoard summaries use protocol buffers.
    if (request.endsWith('proto/api_pb')) return {};
    return original.call(this, request, ...rest);
  };
  return () => {
    loader._load = original;
  };
}

/** tfjs-node is compiled to ES5, whose subclasses call their base without `new`. */
function callableKernelBackend(): unknown {
  function KernelBackend(): void {}
  KernelBackend.prototype = tf.KernelBackend.prototype;
  return KernelBackend;
}
