/** The command line as its users have it: the built bundle, its JSON, its messages and exit statuses. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

const root = path.resolve(__dirname, '../../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'loss-lab-cli-'));
const dist = path.join(folder, 'dist');

const LOSSES = `import mystery
import tensorflow as tf

# loss-lab: y_true (B, 3) onehot, y_pred (B, 3) softmax; B=4, keras=none
def cross_entropy(y_true, y_pred):
    log = tf.math.log(y_pred)
    return -tf.reduce_sum(y_true * log, axis=-1)

# loss-lab: y_true (B, 3), y_pred (B, 3)
def wrong_axis(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=2)

def raises(y_true, y_pred):
    raise ValueError("not today")

def unknown_op(y_true, y_pred):
    return mystery.op(y_true, y_pred)

def no_such_name(y_true, y_pred):
    return tf.no_such_op(y_true, y_pred)

def detached(y_true, y_pred):
    return tf.reduce_mean(tf.cast(y_pred > y_true, tf.float32))

# loss-lab: batch from batch.json; keras=3
def squared(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred), axis=-1)

# loss-lab: batch from missing.json
def without_batch(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred), axis=-1)

def sums(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred))
`;

const batch = (prediction: readonly (number | string)[]) => ({
  y_true: { shape: [2, 3], dtype: 'float32', data: [1, 0, 0, 0, 1, 0] },
  y_pred: { shape: [2, 3], dtype: 'float32', data: prediction },
});

const FILES: Readonly<Record<string, string>> = {
  'losses.py': LOSSES,
  'plain.py': 'print("no loss here")\n',
  'broken.py': 'import tensorflow as tf\ndef loss(y_true, y_pred:\n    return tf.square(y_true\n',
  'batch.json': JSON.stringify(batch([0.5, 0.25, 0.25, 0.125, 0.5, 0.375])),
  'weighted.json': JSON.stringify({
    ...batch([0.5, 0.25, 0.25, 0.125, 0.5, 0.375]),
    sample_weight: { shape: [2], dtype: 'float32', data: [2, 0] },
  }),
  'zero.json': JSON.stringify(batch([0, 0.5, 0.5, 0.125, 0.5, 0.375])),
  'nan.json': JSON.stringify(batch(['NaN', 0.5, 0.5, 0.125, 0.5, 0.375])),
  'wrong.json': JSON.stringify({ y_true: batch([]).y_true, y_pred: { shape: [2, 4], dtype: 'float32', data: [1, 2, 3, 4, 5, 6, 7, 8] } }),
  'short.json': JSON.stringify(batch([1, 2])),
  'half.json': JSON.stringify({ y_true: batch([]).y_true }),
  'text.json': 'y_true',
};

beforeAll(async () => {
  const shared = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'error', absWorkingDir: root } as const;
  const external = ['node-fetch', '@tensorflow/tfjs-node'];
  await Promise.all([
    build({ ...shared, entryPoints: ['src/cli.ts'], outfile: path.join(dist, 'cli.js') }),
    build({ ...shared, entryPoints: ['src/run/child.ts'], outfile: path.join(dist, 'child.js'), mainFields: ['module', 'main'], external }),
  ]);
  const wasm = path.join(path.dirname(createRequire(__filename).resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
  for (const name of readdirSync(wasm).filter((each) => each.endsWith('.wasm'))) copyFileSync(path.join(wasm, name), path.join(dist, name));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
}, 60_000);

interface Report {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function lossLab(...args: readonly string[]): Report {
  return spawnSync(process.execPath, [path.join(dist, 'cli.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
}

function json(...args: readonly string[]): { readonly status: number | null; readonly report: Record<string, unknown> } {
  const { status, stdout } = lossLab(...args, '--json');
  return { status, report: JSON.parse(stdout) as Record<string, unknown> };
}

const run = (loss: string, ...args: readonly string[]) => json('run', 'losses.py', '--loss', loss, '--backend', 'cpu', ...args);

describe('loss-lab run', () => {
  it('gives value, reduced loss, gradient and terms', () => {
    const { status, report } = run('cross_entropy', '--batch', 'batch.json');
    expect(status).toBe(0);
    const log2 = expect.closeTo(Math.log(2), 5);
    expect(report).toMatchObject({
      version: 1,
      loss: 'cross_entropy',
      keras: 'none',
      backend: { name: 'cpu' },
      received: { y_true: { shape: [2, 3], dtype: 'float32' } },
      value: { shape: [2], dtype: 'float32', data: [log2, log2] },
      reduced: log2,
      gradient: { y_pred: { shape: [2, 3], data: [-1, 0, 0, 0, -1, 0] } },
      terms: [{ name: 'log', line: 6, shape: [2, 3], nan: 0, inf: 0 }],
      firstNonFinite: null,
    });
  });

  it("evaluates on the comment's own batch file", () => {
    const { report } = run('squared');
    expect(report).toMatchObject({ batch: 'batch.json', keras: 3, value: { data: [0.375, 0.40625] }, reduced: 0.390625 });
  });

  it.each([
    // Keras divides by the number of samples, not by the sum of weights: 2 * 0.375 / 2.
    ['2', 0.375, [-1, 0.5, 0.5, 0, 0, 0]],
    ['3', 0.375, [-1, 0.5, 0.5, 0, 0, 0]],
    ['none', 0.390625, [-0.5, 0.25, 0.25, 0.125, -0.5, 0.375]],
  ])('reduces with sample_weight as Keras %s does', (keras, reduced, gradient) => {
    const { report } = run('squared', '--batch', 'weighted.json', '--keras', keras);
    expect(report).toMatchObject({ reduced, gradient: { y_pred: { data: gradient } } });
  });

  it('says where an infinity comes from', () => {
    const { report } = run('cross_entropy', '--batch', 'zero.json');
    expect(report).toMatchObject({ reduced: 'Infinity', firstNonFinite: { line: 6, text: 'tf.math.log(y_pred)', op: 'log' } });
  });

  it('tells no gradient from a zero one', () => {
    expect(run('detached').report).toMatchObject({ gradient: { y_pred: null } });
  });

  it('tells a loss that grows with the batch', () => {
    const { report } = run('sums');
    expect(report.probes).toContainEqual(expect.objectContaining({ name: 'scales-with-batch', status: 'warn' }));
  });

  it.each([
    ['wrong_axis', [], 1, 'shape', 'axis 2'],
    ['raises', [], 1, 'exception', 'ValueError: not today'],
    ['unknown_op', [], 1, 'unsupported', 'mystery'],
    ['no_such_name', [], 1, 'name', 'no_such_op'],
    ['no_such_loss', [], 2, 'usage', 'cross_entropy, wrong_axis'],
    ['without_batch', [], 1, 'input', 'missing.json'],
    ['cross_entropy', ['--batch', 'no.json'], 2, 'usage', 'no.json does not exist'],
    ['cross_entropy', ['--batch', 'wrong.json'], 1, 'shape', '(2, 4)'],
    ['cross_entropy', ['--batch', 'short.json'], 1, 'input', 'short.json: y_pred'],
    ['cross_entropy', ['--batch', 'half.json'], 1, 'input', 'has no y_pred'],
    ['cross_entropy', ['--batch', 'text.json'], 1, 'input', 'not valid JSON'],
    ['cross_entropy', ['--batch', 'nan.json'], 1, 'input', 'NaN (y_pred at [0, 0])'],
    ['cross_entropy', ['--backend', 'gpu'], 2, 'usage', '--backend is'],
  ] as const)('%s %j ends with status %i, kind %s', (loss, args, status, kind, message) => {
    const found = run(loss, ...args);
    expect(found).toMatchObject({ status, report: { version: 1, error: { kind, message: expect.stringContaining(message) } } });
    const { stdout, stderr } = lossLab('run', 'losses.py', '--loss', loss, '--backend', 'cpu', ...args);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['nowhere.py', 2, 'does not exist'],
    ['plain.py', 2, 'no loss was found'],
    ['broken.py', 1, 'syntax error'],
  ])('%s ends with status %i', (file, status, message) => {
    expect(json('run', file, '--backend', 'cpu')).toMatchObject({
      status,
      report: { error: { message: expect.stringContaining(message) } },
    });
  });
});

describe('loss-lab check', () => {
  it('lists losses with their types', () => {
    const { report } = json('check', 'losses.py');
    const [file] = report.files as readonly { readonly losses: readonly unknown[] }[];
    expect(file?.losses[0]).toMatchObject({
      name: 'cross_entropy',
      kind: 'function',
      range: { start: { line: 5, column: 1 } },
      inputs: { y_true: { shape: ['B', 3], dtype: 'float32' }, y_pred: { shape: ['B', 3], dtype: 'float32' } },
      assumed: 'comment',
      returns: { shape: ['B'], dtype: 'float32' },
    });
  });

  it('ends with status 1 for an error, 0 for none, 2 for nonsense', () => {
    expect(lossLab('check', 'losses.py').status).toBe(1);
    expect(lossLab('check', 'plain.py').status).toBe(0);
    expect(lossLab('check', 'nowhere').status).toBe(2);
    expect(lossLab('frobnicate').status).toBe(2);
  });

  it('writes SARIF', () => {
    const log = JSON.parse(lossLab('check', 'losses.py', '--sarif').stdout) as {
      readonly version: string;
      readonly runs: readonly { readonly results: readonly unknown[] }[];
    };
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0]?.results).toContainEqual(expect.objectContaining({ ruleId: 'axis-out-of-range', level: 'error' }));
  });

  it('writes SARIF that fits its schema, of every finding that the fixtures show', () => {
    // Of draft 04; what it uses means the same in draft 07, but for the two names.
    const {
      $schema: _,
      id: __,
      ...schema
    } = JSON.parse(readFileSync(path.join(root, 'test/support/schemas/sarif-schema-2.1.0.json'), 'utf8')) as Readonly<
      Record<string, unknown>
    >;
    // Formats (uri, date-time) are another package's; the uris are looked at below.
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    for (const fixtures of ['python', 'javascript']) {
      const log = JSON.parse(lossLab('check', path.join(root, 'test/fixtures', fixtures), '--sarif').stdout) as SarifLog;
      expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
      const [run] = log.runs;
      expect(run?.results.length).toBeGreaterThan(10);
      for (const { ruleId, ruleIndex, locations } of run?.results ?? []) {
        expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        const [place] = locations;
        expect(place?.physicalLocation.region.startLine).toBeGreaterThan(0);
        expect(() => new URL(place?.physicalLocation.artifactLocation.uri ?? '', 'file:///')).not.toThrow();
      }
    }
  });
});
