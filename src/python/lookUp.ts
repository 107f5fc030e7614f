/** Owns finding the loss that `--loss NAME` means. */
import type { LineIndex } from '../base/span';
import type { LossCandidate } from '../program/candidate';
import type { FunctionDefinition, Module } from '../program/program';
import { collect } from '../program/walk';
import { classCandidate, functionCandidate, lambdaCandidate } from './candidates';
import { bindsName, isClass, lambdaOf, type Site, sitesOf } from './definitions';
import { findLosses } from './find';

/**
 * By name (`mse`), path (`Model.vae_loss`, `build.loss`) or line (`<lambda:72>`). The module's own names come first, the last binding
 * of a name counts; a bare name may also mean a nested function or a method. Any function or class will do, not only what looks like a loss.
 */
export function lookUp(module: Module, lines: LineIndex, name: string): LossCandidate | undefined {
  const lambda = /^<lambda:(\d+)>$/.exec(name);
  if (lambda !== null) return lambdaOnLine(module, lines, Number(lambda[1]));
  const found = findLosses(module, lines).findLast((candidate) => candidate.name === name);
  return found ?? definitionNamed(module, name) ?? boundValue(module, name) ?? nestedNamed(module, name);
}

function definitionNamed(module: Module, name: string): LossCandidate | undefined {
  const site = sitesOf(module).findLast((each) => each.path.join('.') === name);
  return site && candidateOf(module, site);
}

function candidateOf(module: Module, site: Site): LossCandidate | undefined {
  return isClass(site.definition) ? classCandidate(module, site) : functionCandidate(module, site);
}

/** Any module binding: its value is the interpreter's to find. */
function boundValue(module: Module, name: string): LossCandidate | undefined {
  for (const statement of [...module.body].reverse()) {
    if (statement.kind !== 'assign' || statement.value === null || !bindsName(statement, name)) continue;
    const target = statement.targets.find((each) => each.kind === 'name' && each.name === name);
    const computes = lambdaOf(statement.value) ?? null;
    return {
      name,
      kind: 'binding',
      span: statement.span,
      nameSpan: target?.span ?? statement.span,
      path: [name],
      owners: [],
      computes,
      params: computes?.params.slice(0, 2) ?? [],
      settings: [],
      metric: false,
      value: statement.value,
    };
  }
  return undefined;
}

function nestedNamed(module: Module, name: string): LossCandidate | undefined {
  const site = sitesOf(module).find((each) => each.path.at(-1) === name || each.path.join('.').endsWith(`.${name}`));
  return site && candidateOf(module, site);
}

function lambdaOnLine(module: Module, lines: LineIndex, line: number): LossCandidate | undefined {
  const known = findLosses(module, lines).find((candidate) => candidate.name === `<lambda:${line}>`);
  if (known !== undefined) return known;
  const onLine = (definition: FunctionDefinition) => definition.isArrow && lines.position(definition.span.start).line + 1 === line;
  const node = collect(module.body, 'function').find((each) => onLine(each.definition));
  return node && lambdaCandidate(node.definition, node, [], [], lines);
}
