/** Owns which functions, methods and factories of a module are losses, as far as syntax tells, and what each carries. */
import type { LineIndex } from '../base/span';
import type { CandidateKind, LossCandidate } from '../program/candidate';
import { directivesFor } from '../program/directives';
import { pairKind, soundsLikeLoss, soundsLikeMetric } from '../program/lossNames';
import type { FunctionDefinition, Module, Param } from '../program/program';
import { collect, walk } from '../program/walk';
import { functionsGivenTo, lossesGivenTo } from './compiles';
import { isClass, returnedFunction, type Site, sitesOf } from './definitions';
import { frameworkNames, usesFramework } from './framework';

/** `lines` names arrows without a name by their line. */
export function findLosses(module: Module, lines: LineIndex): readonly LossCandidate[] {
  const names = frameworkNames(module);
  const given = functionsGivenTo(module);
  const found = sitesOf(module).flatMap((site) => {
    const candidate = functionCandidate(site);
    return candidate !== undefined && isLoss(module, site, candidate, names, given) ? [candidate] : [];
  });
  const others = [...bindingCandidates(module, found), ...lambdaCandidates(module, lines, found)];
  return [...found, ...others].sort((a, b) => a.span.start - b.span.start);
}

function isLoss(
  module: Module,
  { definition, owners }: Site,
  candidate: LossCandidate,
  names: ReadonlySet<string>,
  given: ReadonlySet<string>,
): boolean {
  const { computes, params } = candidate;
  if (isClass(definition) || computes === null || params.length < 2 || candidate.path.includes('')) return false;
  // What a factory returns is the factory's.
  const owner = owners.at(-1);
  if (owner !== undefined && !isClass(owner) && returnedFunction(owner) === definition) return false;
  if (directivesFor(module, candidate).some((directive) => !/^\s*ignore/.test(directive.text))) return true;
  if (given.has(candidate.path.at(-1) ?? '')) return true;
  const ours = usesFramework(computes.body, names) || params.some((param) => /\bTensor\b|\btf\./.test(param.annotationText ?? ''));
  if (OTHER.test(definition.name) || computes.isGenerator || !ours) return false;
  const kind = pairOf(computes);
  if (kind === 'named') return true;
  return kind === 'placed' && [definition.name, computes.name, candidate.path.at(-1) ?? ''].some((name) => soundsLikeLoss(snakeCase(name)));
}

/** Functions that take such a pair and are no losses. */
const OTHER = /^(plot|show|print|draw|render|log|train|test|fit|evaluate|predict|update|call|apply|constructor|set|on)([A-Z_]|$)/;

function pairOf(definition: FunctionDefinition): ReturnType<typeof pairKind> {
  return pairKind(ownParams(definition).map((param) => ({ ...param, name: snakeCase(param.name) })));
}

function snakeCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** Parameters without a method's `this`. */
export function ownParams(definition: FunctionDefinition): readonly Param[] {
  return definition.params[0]?.name === 'this' ? definition.params.slice(1) : definition.params;
}

/** A factory is a function that returns a function and takes no named pair itself. */
export function functionCandidate(site: Site): LossCandidate | undefined {
  const { definition, owners, path, span } = site;
  if (isClass(definition)) return undefined;
  const own = ownParams(definition);
  const returned = pairOf(definition) === 'named' ? undefined : returnedFunction(definition);
  const factory = returned !== undefined && pairOf(returned) !== 'none';
  // Fields are set in the constructor.
  const owner = owners.findLast((each) => isClass(each) || each.name !== 'constructor');
  const kind: CandidateKind = factory ? 'factory' : owner !== undefined && isClass(owner) ? 'method' : 'function';
  return {
    name: path.join('.'),
    kind,
    span,
    nameSpan: definition.nameSpan,
    path,
    owners: [...owners, definition],
    computes: factory ? returned : definition,
    params: factory ? ownParams(returned) : own.slice(0, 2),
    settings: factory ? own : own.slice(2),
    metric: soundsLikeMetric(snakeCase(definition.name)),
    value: null,
  };
}

/** `const loss = makeLoss(3.0)`, of a factory that was found. */
function bindingCandidates(module: Module, found: readonly LossCandidate[]): readonly LossCandidate[] {
  return module.body.flatMap((statement): readonly LossCandidate[] => {
    const value = statement.kind === 'assign' ? statement.value : null;
    const [target] = statement.kind === 'assign' ? statement.targets : [];
    if (target?.kind !== 'name' || value?.kind !== 'call' || value.callee.kind !== 'name') return [];
    const { name } = value.callee;
    const factory = found.find((candidate) => candidate.kind === 'factory' && candidate.name === name);
    if (factory === undefined) return [];
    const place = { name: target.name, kind: 'binding' as const, span: statement.span, nameSpan: target.span, path: [target.name] };
    return [{ ...place, owners: [], computes: factory.computes, params: factory.params, settings: [], metric: false, value }];
  });
}

/** Functions written where a loss is given: `model.compile({ loss: (yTrue, yPred) => … })`. */
function lambdaCandidates(module: Module, lines: LineIndex, others: readonly LossCandidate[]): readonly LossCandidate[] {
  const taken = new Set(others.map((other) => other.computes));
  const written = lossesGivenTo(module).flatMap((value) =>
    value.kind === 'function' && !taken.has(value.definition) ? [value.definition] : [],
  );
  return written.map((definition) => lambdaCandidate(definition, lines));
}

function lambdaCandidate(definition: FunctionDefinition, lines: LineIndex): LossCandidate {
  const own = ownParams(definition);
  return {
    name: `<lambda:${lines.position(definition.span.start).line + 1}>`,
    kind: 'lambda',
    span: definition.span,
    nameSpan: definition.nameSpan,
    path: [''],
    owners: [],
    computes: definition,
    params: own.slice(0, 2),
    settings: own.slice(2),
    metric: false,
    value: { kind: 'function', definition, span: definition.span },
  };
}

/**
 * The loss that `--loss NAME` means: by name (`mse`), path (`Losses.dice`), or line (`<lambda:72>`); a bare name may also mean a nested
 * function or a method. Any function will do, not only what looks like a loss.
 */
export function lookUp(module: Module, lines: LineIndex, name: string): LossCandidate | undefined {
  const lambda = /^<lambda:(\d+)>$/.exec(name);
  if (lambda !== null) return lambdaOnLine(module, lines, Number(lambda[1]));
  const sites = sitesOf(module);
  const site =
    sites.findLast((each) => each.path.join('.') === name) ??
    sites.find((each) => each.path.at(-1) === name || each.path.join('.').endsWith(`.${name}`));
  return (site && functionCandidate(site)) ?? boundValue(module, name);
}

function lambdaOnLine(module: Module, lines: LineIndex, line: number): LossCandidate | undefined {
  const node = collect(module.body, 'function').find((each) => lines.position(each.definition.span.start).line + 1 === line);
  return node && lambdaCandidate(node.definition, lines);
}

/** Any module binding: its value is the interpreter's to find. */
function boundValue(module: Module, name: string): LossCandidate | undefined {
  let found: LossCandidate | undefined;
  walk(module.body, (node) => {
    if (node.kind !== 'assign' || !('targets' in node) || node.value === null) return node.kind !== 'function' && node.kind !== 'class';
    const target = node.targets.find((each) => each.kind === 'name' && each.name === name);
    if (target === undefined) return false;
    const { span, value } = node;
    found = {
      name,
      kind: 'binding',
      span,
      nameSpan: target.span,
      path: [name],
      owners: [],
      computes: null,
      params: [],
      settings: [],
      metric: false,
      value,
    };
    return false;
  });
  return found;
}
