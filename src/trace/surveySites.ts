/** Owns where a survey looks: the calls of losses, and the functions through which a file's top reaches them or its compile() calls. */
import type { Span } from '../base/span';
import type { CompileCall } from '../program/candidate';
import { mentioning } from '../program/mentions';
import type { ClassDefinition, FunctionDefinition, Module } from '../program/program';
import { type ProgramNode, walk } from '../program/walk';

type Owners = readonly (FunctionDefinition | ClassDefinition)[];

/** A call of a loss by name, with the definitions that it stands in, outermost first. */
export interface CallSiteOf {
  readonly span: Span;
  readonly name: string;
  readonly owners: Owners;
}

export function callSites(module: Module, names: ReadonlySet<string>): readonly CallSiteOf[] {
  const found: CallSiteOf[] = [];
  const calling = mentioning(module.body, (mentions) => [...names].some((name) => mentions.names.has(name)));
  visit(calling, [], names, found);
  return found;
}

function visit(nodes: readonly ProgramNode[], owners: Owners, names: ReadonlySet<string>, found: CallSiteOf[]): void {
  walk(nodes, (node) => {
    if (node.kind === 'function' || node.kind === 'class') {
      const { definition } = node;
      // What a loss calls is found where the loss is called.
      if (!names.has(definition.name)) visit(definition.body, definition.name === '' ? owners : [...owners, definition], names, found);
      return false;
    }
    if (node.kind === 'call' && node.callee.kind === 'name' && names.has(node.callee.name) && node.args.length >= 2)
      found.push({ span: node.span, name: node.callee.name, owners });
    return undefined;
  });
}

const EXPECTED = new WeakMap<Module, readonly Span[]>();

/** Where a failure is meant or minded: `with pytest.raises(…)`, `with self.assertRaises(…)`, the body of a try with handlers. */
export function expectedFailures(module: Module): readonly Span[] {
  const known = EXPECTED.get(module);
  if (known !== undefined) return known;
  const found: Span[] = [];
  walk(module.body, (node) => {
    if (node.kind === 'with' && node.items.some(({ context }) => isRaises(context))) found.push(node.span);
    if (node.kind === 'try' && node.handlers.length > 0) for (const statement of node.body) found.push(statement.span);
    return undefined;
  });
  EXPECTED.set(module, found);
  return found;
}

function isRaises(context: ProgramNode): boolean {
  return (
    context.kind === 'call' &&
    (context.callee.kind === 'attribute' || context.callee.kind === 'name') &&
    /raises|suppress/i.test(context.callee.name)
  );
}

/** Methods by which models are trained. */
const TRAINS = ['compile', 'fit', 'fit_generator', 'train_on_batch', 'evaluate', 'test_on_batch', 'add_loss'];

/** Names whose calls at the top of the file are followed. */
export function surveyed(module: Module, compiles: readonly CompileCall[], sites: readonly CallSiteOf[]): ReadonlySet<string> {
  const names = new Set([...TRAINS, ...sites.map(({ name }) => name)]);
  for (const { owners } of [...compiles, ...sites]) for (const owner of owners) names.add(owner.name);
  const callers = callersIn(module);
  // Callers of callers: a few rounds reach main().
  for (let round = 0; round < 4; round++)
    for (const { owner, called } of callers) if (!names.has(owner) && called.some((name) => names.has(name))) names.add(owner);
  return names;
}

interface Caller {
  readonly owner: string;
  readonly called: readonly string[];
}

const CALLERS = new WeakMap<Module, readonly Caller[]>();

function callersIn(module: Module): readonly Caller[] {
  const known = CALLERS.get(module);
  if (known !== undefined) return known;
  const made = module.body.flatMap((statement): readonly Caller[] => {
    if (statement.kind === 'function') return [{ owner: statement.definition.name, called: calledIn(statement.definition.body) }];
    if (statement.kind !== 'class') return [];
    return statement.definition.body.flatMap((member) =>
      member.kind === 'function' ? [{ owner: member.definition.name, called: calledIn(member.definition.body) }] : [],
    );
  });
  CALLERS.set(module, made);
  return made;
}

function calledIn(nodes: readonly ProgramNode[]): readonly string[] {
  const names = new Set<string>();
  walk(nodes, (node) => {
    if (node.kind === 'call' && (node.callee.kind === 'name' || node.callee.kind === 'attribute')) names.add(node.callee.name);
    return undefined;
  });
  return [...names];
}
