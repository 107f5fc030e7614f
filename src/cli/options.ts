/** Owns the command line's grammar: commands, options, their checks, and the help text. */
import { parseArgs } from 'node:util';
import type { BackendRequest } from '../run/protocol';
import type { Setting } from '../trace/outcome';
import type { KerasVersion } from '../value/api';

export type KerasChoice = 'auto' | KerasVersion;

export interface CheckCommand {
  readonly command: 'check';
  readonly paths: readonly string[];
  readonly format: 'text' | 'json' | 'sarif';
  readonly keras: KerasChoice;
  readonly shapes: string | null;
}

export interface RunCommand {
  readonly command: 'run';
  readonly path: string;
  readonly format: 'text' | 'json';
  readonly keras: KerasChoice;
  readonly loss: string | null;
  readonly batch: string | null;
  readonly shapes: string | null;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly backend: BackendRequest;
  readonly mode: 'traced' | 'tfjs';
  readonly timeoutMs: number | null;
}

export type Command = CheckCommand | RunCommand | { readonly command: 'help' | 'version' };

/** Wrong use of the command line: exit status 2. */
export class UsageError extends Error {}

export const HELP = `loss-lab: shapes, mistakes, values and gradients of custom Keras and TensorFlow losses

  loss-lab check [PATH…]   check the losses of files and folders (default: the current folder)
      --json | --sarif     machine-readable output
      --keras VERSION      auto (default), 2, 3, or none for a direct call
      --shapes SHAPES      "y_true (6,) float32, y_pred (6, 1) float32" for every loss

  loss-lab run FILE        evaluate a loss on a batch: value, gradient, findings
      --loss NAME          function, factory, class, Class.method or variable
      --batch FILE         a batch as .json or .npz (default: a sample batch)
      --set NAME=VALUE     a hyperparameter; may be given several times
      --backend NAME       auto (default), node (TensorFlow), cpu or wasm
      --keras VERSION      as above
      --mode MODE          traced (default), or tfjs: a TypeScript or JavaScript loss as itself
      --timeout SECONDS    default 15
      --json               machine-readable output

  loss-lab --version
Exit status: 0 fine, 1 errors found or evaluation failed, 2 wrong usage.
`;

const OPTIONS = {
  json: { type: 'boolean' },
  sarif: { type: 'boolean' },
  keras: { type: 'string' },
  shapes: { type: 'string' },
  loss: { type: 'string' },
  batch: { type: 'string' },
  set: { type: 'string', multiple: true },
  backend: { type: 'string' },
  mode: { type: 'string' },
  timeout: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

const OF_COMMAND: Readonly<Record<'check' | 'run', readonly string[]>> = {
  check: ['json', 'sarif', 'keras', 'shapes'],
  run: ['json', 'keras', 'shapes', 'loss', 'batch', 'set', 'backend', 'mode', 'timeout'],
};

const KERAS: Readonly<Record<string, KerasChoice>> = { auto: 'auto', '2': 2, '3': 3, none: 'none' };
const BACKENDS: Readonly<Record<string, BackendRequest>> = { auto: 'auto', node: 'node', cpu: 'cpu', wasm: 'wasm' };
const MODES: Readonly<Record<string, RunCommand['mode']>> = { traced: 'traced', tfjs: 'tfjs' };

export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [name, ...paths] = positionals;
  if (values.version) return { command: 'version' };
  if (values.help || name === 'help') return { command: 'help' };
  if (name === undefined) throw new UsageError('a command is missing: loss-lab check or loss-lab run (see loss-lab --help)');
  if (name !== 'check' && name !== 'run')
    throw new UsageError(`there is no command "${name}": loss-lab check or loss-lab run (see loss-lab --help)`);
  for (const option of Object.keys(values)) {
    if (!OF_COMMAND[name].includes(option)) throw new UsageError(`loss-lab ${name} has no option --${option}`);
  }
  return name === 'check' ? checkCommand(paths, values) : runCommand(paths, values);
}

function parsed(args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function checkCommand(paths: readonly string[], values: Values): CheckCommand {
  if (values.json && values.sarif) throw new UsageError('--json and --sarif exclude each other');
  const format = values.sarif ? 'sarif' : values.json ? 'json' : 'text';
  return {
    command: 'check',
    paths: paths.length > 0 ? paths : ['.'],
    format,
    keras: choice('keras', values.keras, KERAS, 'auto'),
    shapes: values.shapes ?? null,
  };
}

function runCommand(paths: readonly string[], values: Values): RunCommand {
  const [path, ...more] = paths;
  if (path === undefined) throw new UsageError('loss-lab run needs a file');
  if (more.length > 0) throw new UsageError(`loss-lab run takes one file, not ${paths.length}`);
  return {
    command: 'run',
    path,
    format: values.json ? 'json' : 'text',
    keras: choice('keras', values.keras, KERAS, 'auto'),
    loss: values.loss ?? null,
    batch: values.batch ?? null,
    shapes: values.shapes ?? null,
    settings: Object.fromEntries((values.set ?? []).map(settingOf)),
    backend: choice('backend', values.backend, BACKENDS, 'auto'),
    mode: choice('mode', values.mode, MODES, 'traced'),
    timeoutMs: values.timeout === undefined ? null : seconds(values.timeout) * 1000,
  };
}

function choice<T>(option: string, given: string | undefined, choices: Readonly<Record<string, T>>, fallback: T): T {
  if (given === undefined) return fallback;
  const found = Object.hasOwn(choices, given) ? choices[given] : undefined;
  if (found === undefined) throw new UsageError(`--${option} is ${Object.keys(choices).join(', ')}; not "${given}"`);
  return found;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--timeout is a number of seconds, not "${text}"`);
  return value;
}

function settingOf(text: string): readonly [string, Setting] {
  const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(text);
  if (match === null) throw new UsageError(`--set is NAME=VALUE, not "${text}"`);
  return [match[1] ?? '', settingValue(match[2] ?? '')];
}

const CONSTANTS: Readonly<Record<string, Setting>> = { True: true, true: true, False: false, false: false, None: null, null: null };

/** Numbers, booleans, None and lists as Python and JSON write them; anything else is a string. */
function settingValue(text: string): Setting {
  const trimmed = text.trim();
  if (Object.hasOwn(CONSTANTS, trimmed)) return CONSTANTS[trimmed] ?? null;
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(trimmed)) return Number(trimmed);
  if (/^[[(].*[\])]$/s.test(trimmed)) {
    const inside = trimmed.slice(1, -1).trim();
    return inside === '' ? [] : splitItems(inside).map(settingValue);
  }
  return /^(["']).*\1$/s.test(trimmed) ? trimmed.slice(1, -1) : text;
}

function splitItems(text: string): readonly string[] {
  const items: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if ('[('.includes(character)) depth++;
    if ('])'.includes(character)) depth--;
    if (character === ',' && depth === 0) items.push('');
    else items[items.length - 1] += character;
  }
  return items.filter((item, i) => i < items.length - 1 || item.trim() !== '');
}
