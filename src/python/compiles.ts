/** Owns finding `model.compile(...)` calls and the functions that are given as losses. */
import type { CompileCall } from '../program/candidate';
import { compilesIn } from '../program/compiles';
import type { CallExpr, Expr, Module } from '../program/program';
import type { Definition } from './definitions';
import { dottedName } from './framework';

const KEYWORDS: ReadonlySet<string> = new Set([
  'optimizer',
  'loss',
  'metrics',
  'loss_weights',
  'weighted_metrics',
  'run_eagerly',
  'jit_compile',
  'sample_weight_mode',
]);

export function findCompiles(module: Module): readonly CompileCall[] {
  return compilesIn(module, { compileCall, ownedByArrows: false });
}

function compileCall(call: CallExpr, owners: readonly Definition[]): CompileCall | undefined {
  const { callee } = call;
  if (callee.kind !== 'attribute' || callee.name !== 'compile') return undefined;
  const object = dottedName(callee.object) ?? '';
  const positional = call.args.filter((arg) => arg.name === undefined && arg.spread === undefined).map((arg) => arg.value);
  const keyword = (name: string) => call.args.find((arg) => arg.name === name)?.value;
  // `re.compile(pattern)`, `torch.compile(model)` and the like have none of these.
  const trains = call.args.some((arg) => arg.name !== undefined && KEYWORDS.has(arg.name)) || positional.length >= 2;
  if (!trains || /^(re|regex|torch|jax|sre_compile)$/.test(object)) return undefined;
  return {
    call,
    span: call.span,
    model: callee.object,
    loss: keyword('loss') ?? positional[1] ?? null,
    metrics: keyword('metrics') ?? null,
    lossWeights: keyword('loss_weights') ?? null,
    optimizer: keyword('optimizer') ?? positional[0] ?? null,
    owners,
  };
}

/** Names of functions that a compile() call gets as losses: by themselves, in a list or by output. */
export function functionsGivenTo(compiles: readonly CompileCall[]): ReadonlySet<string> {
  return new Set(compiles.flatMap(({ loss }) => namesIn(loss)));
}

/** Names of functions that only serve as metrics. */
export function metricsOf(compiles: readonly CompileCall[]): ReadonlySet<string> {
  const losses = functionsGivenTo(compiles);
  return new Set(compiles.flatMap(({ metrics }) => namesIn(metrics)).filter((name) => !losses.has(name)));
}

function namesIn(given: Expr | null): readonly string[] {
  if (given === null) return [];
  if (given.kind === 'name') return [given.name];
  if (given.kind === 'attribute') return given.object.kind === 'name' && given.object.name === 'self' ? [given.name] : [];
  if (given.kind === 'list' || given.kind === 'tuple') return given.items.flatMap(namesIn);
  return given.kind === 'dict' ? given.entries.flatMap((entry) => namesIn(entry.value)) : [];
}
