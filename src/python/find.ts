/** Owns which functions, classes, lambdas and bindings of a module are losses, as far as syntax tells. */
import type { LineIndex } from '../base/span';
import type { LossCandidate } from '../program/candidate';
import { directivesOf } from '../program/directives';
import { pairKind, soundsLikeLoss } from '../program/lossNames';
import type { Module } from '../program/program';
import { bindingCandidate, classCandidate, functionCandidate, lambdaCandidates } from './candidates';
import { findCompiles, functionsGivenTo, metricsOf } from './compiles';
import { isClass, isMethod, returnedFunction, returnsName, type Site, sitesOf } from './definitions';
import { type ImportedNames, importedNames, usesOf } from './framework';
import { isLossClass } from './lossClasses';
import { isStub, ownParams } from './pair';
import { functionsTrainedOn } from './trainingUses';

/** Ask `mentionsFramework` first. `lines` names lambdas by their line. */
export function findLosses(module: Module, lines: LineIndex): readonly LossCandidate[] {
  const names = importedNames(module);
  const compiles = findCompiles(module);
  const given = new Set([...functionsGivenTo(compiles), ...functionsTrainedOn(module)]);
  const metrics = metricsOf(compiles);
  const candidates: LossCandidate[] = [];
  for (const site of sitesOf(module)) {
    const candidate = candidateAt(module, site, names, given);
    if (candidate !== undefined) candidates.push(metrics.has(site.definition.name) ? { ...candidate, metric: true } : candidate);
  }
  const known = new Set(candidates.map((candidate) => candidate.name));
  for (const statement of module.body) {
    const binding = statement.kind === 'assign' ? bindingCandidate(module, statement, known) : undefined;
    if (binding !== undefined) candidates.push(binding);
  }
  candidates.push(...lambdaCandidates(module, lines, candidates));
  return candidates.sort((a, b) => a.span.start - b.span.start);
}

function candidateAt(module: Module, site: Site, names: ImportedNames, given: ReadonlySet<string>): LossCandidate | undefined {
  const { definition } = site;
  // What stands in a loss (a helper, `call` itself) belongs to it.
  if (isClass(definition)) return isLossClass(module, definition, names) ? classCandidate(module, site) : undefined;
  const owner = site.owners.at(-1);
  if (owner !== undefined && isClass(owner) && isLossClass(module, owner, names)) return undefined;
  if (owner !== undefined && !isClass(owner) && (returnedFunction(owner, module) === definition || returnsName(owner, definition.name)))
    return undefined;
  // Whoever states a sample batch asks for it to be treated as a loss.
  if (couldBeLoss(module, site) && directivesOf(module, definition).some((directive) => !/^\s*ignore/.test(directive.text)))
    return functionCandidate(module, site);
  if (given.has(definition.name) && hasPair(site)) return functionCandidate(module, site);
  return isLossFunction(site, names) || isLossFactory(module, site, names) ? functionCandidate(module, site) : undefined;
}

/** Methods that Keras calls with such a pair, but that are no losses. */
const OTHER_METHODS =
  /^(_*(update_state|result|fit|train|test|predict|evaluate|score|compile|call|build|plot|save|log|on)(_\w+)?|__\w+__)$/;
const OTHER_DECORATORS = /(^|\.)(property|fixture|\w*setter|parametrize)$/;

function isLossFunction(site: Site, names: ImportedNames): boolean {
  const { definition } = site;
  if (isClass(definition) || isStub(definition) || definition.isGenerator || definition.isAsync) return false;
  const method = isMethod(site);
  if (/^test_/.test(definition.name) || (method && OTHER_METHODS.test(definition.name))) return false;
  if (definition.decorators.some((decorator) => decorator.kind === 'name' && OTHER_DECORATORS.test(decorator.name))) return false;
  const pair = pairKind(ownParams(definition, method));
  const uses = usesOf(definition.body, names);
  if (pair === 'named') return uses.framework || (!uses.strangers && !isPlot(definition.name));
  return pair === 'placed' && !method && uses.framework && soundsLikeLoss(definition.name);
}

function isPlot(name: string): boolean {
  return /plot|show|print|save|draw|report/i.test(name);
}

function isLossFactory(module: Module, site: Site, names: ImportedNames): boolean {
  const { definition } = site;
  if (isClass(definition)) return false;
  const returned = returnedFunction(definition, module);
  if (returned === undefined || isDecorator(site)) return false;
  const pair = pairKind(returned.params);
  const uses = usesOf(returned.body, names);
  if (pair === 'named') return uses.framework || !uses.strangers;
  return pair === 'placed' && uses.framework && (soundsLikeLoss(definition.name) || soundsLikeLoss(returned.name));
}

/** A function of one parameter that the returned function calls is a decorator or wrapper, whose result is no loss of its own. */
function isDecorator(site: Site): boolean {
  return (
    !isClass(site.definition) && site.definition.params.length === 1 && /^(f|fn|func|function)$/.test(site.definition.params[0]?.name ?? '')
  );
}

function couldBeLoss(module: Module, site: Site): boolean {
  return hasPair(site) || (!isClass(site.definition) && returnedFunction(site.definition, module) !== undefined);
}

function hasPair(site: Site): boolean {
  if (isClass(site.definition)) return false;
  const params = ownParams(site.definition, isMethod(site)).filter(
    (param) => param.kind === 'positional' || param.kind === 'positionalOnly',
  );
  return params.length >= 2;
}
