/** Proves that a tfjs-node package works: loads it in a process of its own and multiplies two matrices. */
import { runCommand } from './runCommand';

export interface ProbeResult {
  readonly ok: boolean;
  /** tfjs-node's version and TensorFlow's, when it works. */
  readonly version: string;
  readonly tensorflow: string;
  /** Why it does not work. */
  readonly reason: string;
}

/** tfjs-node 4.22 calls two functions that Node 23 removed. */
const program = `
const util = require('node:util');
util.isNullOrUndefined ??= (v) => v === null || v === undefined;
util.isArray ??= Array.isArray;
const tf = require(process.env.LOSS_LAB_PROBE);
const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).dataSync();
const report = { product: Array.from(product), backend: tf.getBackend(), version: tf.version_core, tensorflow: tf.backend().binding.TF_Version };
console.log('loss-lab:' + JSON.stringify(report));
`;

export async function probeRuntime(modulePath: string, signal?: AbortSignal): Promise<ProbeResult> {
  const result = await runCommand(process.execPath, ['-e', program], {
    // Inside VS Code's extension host the executable is Electron's.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', TF_CPP_MIN_LOG_LEVEL: '2', LOSS_LAB_PROBE: modulePath },
    signal,
    timeoutMs: 60_000,
  });
  const failed = (reason: string): ProbeResult => ({ ok: false, version: '', tensorflow: '', reason });
  const line = result.stdout.split('\n').find((text) => text.startsWith('loss-lab:'));
  if (!result.ok || line === undefined) return failed(`it does not load: ${result.tail}`);
  const report = JSON.parse(line.slice('loss-lab:'.length)) as Record<string, unknown>;
  if (report.backend !== 'tensorflow') return failed(`its backend is ${String(report.backend)}, not tensorflow`);
  if (String(report.product) !== '19,22,43,50') return failed(`it computes a wrong matrix product: ${String(report.product)}`);
  return { ok: true, version: String(report.version), tensorflow: String(report.tensorflow), reason: '' };
}
