/** Owns what a candidate carries, for each kind of loss. */
import type { LineIndex } from '../base/span';
import type { CandidateKind, LossCandidate } from '../program/candidate';
import { pairKind, soundsLikeMetric } from '../program/lossNames';
import { mentioning } from '../program/mentions';
import type { Expr, FunctionDefinition, Module, Param, Stmt } from '../program/program';
import { walk } from '../program/walk';
import { type Definition, isClass, isMethod, isPartial, lambdaOf, returnedFunction, type Site, sitesOf } from './definitions';
import { dottedName } from './framework';
import { computingMethod, initOf, isNamedLoss } from './lossClasses';
import { ownParams } from './pair';

/** A function, method or factory. A factory is a function that returns a loss and takes no pair itself. */
export function functionCandidate(module: Module, site: Site): LossCandidate | undefined {
  const { definition } = site;
  if (isClass(definition)) return undefined;
  const own = ownParams(definition, isMethod(site));
  const returned = pairKind(own) === 'named' ? undefined : returnedFunction(definition, module);
  const factory = returned !== undefined && pairKind(returned.params) !== 'none';
  const kind: CandidateKind = factory ? 'factory' : isMethod(site) ? 'method' : 'function';
  return {
    ...place(site),
    kind,
    computes: factory ? returned : definition,
    params: factory ? returned.params : own.slice(0, 2),
    settings: factory ? own : own.slice(2),
    metric: soundsLikeMetric(definition.name),
    value: null,
  };
}

export function classCandidate(module: Module, site: Site): LossCandidate | undefined {
  const { definition } = site;
  if (!isClass(definition)) return undefined;
  const computes = computingMethod(module, definition) ?? null;
  const init = initOf(module, definition);
  return {
    ...place(site),
    kind: 'class',
    computes,
    params: computes === null ? [] : ownParams(computes, true),
    settings: init === undefined ? [] : ownParams(init, true),
    metric: soundsLikeMetric(definition.name) && !definition.bases.some((base) => isNamedLoss(dottedName(base.value) ?? '')),
    value: null,
  };
}

function place(site: Site): Pick<LossCandidate, 'name' | 'span' | 'nameSpan' | 'path' | 'owners'> {
  const { definition, owners, path } = site;
  return { name: path.join('.'), span: definition.span, nameSpan: definition.nameSpan, path, owners: [...owners, definition] };
}

/** `loss = make_loss(3.0)`, `loss = Dice()`, `loss = partial(f, gamma=2.0)`, `loss = lambda y_true, y_pred: …`. `known`: names of losses. */
export function bindingCandidate(
  module: Module,
  statement: Extract<Stmt, { readonly kind: 'assign' }>,
  known: ReadonlySet<string>,
): LossCandidate | undefined {
  const [target] = statement.targets;
  if (target?.kind !== 'name' || statement.value === null) return undefined;
  const bound = boundLoss(module, statement.value, known);
  if (bound === undefined) return undefined;
  const { computes, params } = bound;
  const lambda = computes !== null && lambdaOf(statement.value) === computes;
  return {
    name: target.name,
    kind: lambda ? 'lambda' : 'binding',
    span: statement.span,
    nameSpan: target.span,
    path: [target.name],
    owners: [],
    computes,
    params,
    settings: [],
    metric: false,
    value: statement.value,
  };
}

type BoundLoss = Pick<LossCandidate, 'computes' | 'params'>;

function boundLoss(module: Module, value: Expr, known: ReadonlySet<string>): BoundLoss | undefined {
  const lambda = lambdaOf(value);
  if (lambda !== undefined)
    return pairKind(lambda.params) === 'named' ? { computes: lambda, params: lambda.params.slice(0, 2) } : undefined;
  if (value.kind !== 'call') return undefined;
  const callee = isPartial(value) ? value.args[0]?.value : value.callee;
  const name = callee === undefined ? undefined : dottedName(callee);
  if (name === undefined || !isKnown(module, name, known, isPartial(value))) return undefined;
  const site = siteNamed(module, name);
  return site && (isClass(site.definition) ? classCandidate(module, site) : functionCandidate(module, site));
}

function siteNamed(module: Module, name: string): Site | undefined {
  return sitesOf(module).findLast((each) => each.path.join('.') === name);
}

/** A called name must be a factory or class (calling a loss gives a tensor); a partial's may be any function with a pair at its front. */
function isKnown(module: Module, name: string, known: ReadonlySet<string>, partial: boolean): boolean {
  const site = siteNamed(module, name);
  if (site === undefined) return false;
  if (partial) return !isClass(site.definition) && frontPair(site.definition.params);
  if (!known.has(name)) return false;
  return isClass(site.definition) || functionCandidate(module, site)?.kind === 'factory';
}

function frontPair(params: readonly Param[]): boolean {
  return pairKind(params.slice(0, 2)) !== 'none';
}

/** Lambdas over a pair that no other candidate contains as what it computes: `model.compile(loss=lambda y_true, y_pred: …)`. */
export function lambdaCandidates(module: Module, lines: LineIndex, others: readonly LossCandidate[]): readonly LossCandidate[] {
  const taken = new Set(others.map((other) => other.computes));
  const found: LossCandidate[] = [];
  const visit = (nodes: Module['body'] | readonly Expr[], owners: readonly Definition[], path: readonly string[]): void => {
    walk(nodes, (node) => {
      if (node.kind === 'function' && !node.definition.isArrow) {
        visit(node.definition.body, [...owners, node.definition], [...path, node.definition.name]);
        return false;
      }
      if (node.kind === 'class') {
        visit(node.definition.body, [...owners, node.definition], [...path, node.definition.name]);
        return false;
      }
      if (node.kind === 'function' && pairKind(node.definition.params) === 'named' && !taken.has(node.definition)) {
        found.push(lambdaCandidate(node.definition, node, owners, path, lines));
      }
      return undefined;
    });
  };
  visit(
    mentioning(module.body, ({ arrows }) => arrows),
    [],
    [],
  );
  return found;
}

export function lambdaCandidate(
  definition: FunctionDefinition,
  value: Expr | Stmt,
  owners: readonly Definition[],
  path: readonly string[],
  lines: LineIndex,
): LossCandidate {
  return {
    name: `<lambda:${lines.position(definition.span.start).line + 1}>`,
    kind: 'lambda',
    span: definition.span,
    nameSpan: definition.nameSpan,
    path: [...path, ''],
    owners,
    computes: definition,
    params: definition.params.slice(0, 2),
    settings: definition.params.slice(2),
    metric: false,
    value: 'definition' in value && value.kind === 'function' ? { kind: 'function', definition, span: definition.span } : null,
  };
}
