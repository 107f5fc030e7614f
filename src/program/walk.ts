/** Owns going through a program: the nodes inside a node, in the order of the source. */
import { unreachable } from '../base/assert';
import type { Argument, Block, ClassDefinition, Expr, FunctionDefinition, Param, Stmt, Target } from './program';

export type ProgramNode = Expr | Stmt | Target;

/** Calls `enter` for the nodes and all inside them, outer ones first; `false` keeps the walk out of a node's inside. */
export function walk(nodes: readonly ProgramNode[], enter: (node: ProgramNode) => boolean | undefined): void {
  const pending = [...nodes].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (enter(node) === false) continue;
    const inside = childrenOf(node);
    for (let i = inside.length - 1; i >= 0; i--) {
      const child = inside[i];
      if (child !== undefined) pending.push(child);
    }
  }
}

/** All nodes of the given kinds. */
export function collect<K extends ProgramNode['kind']>(
  nodes: readonly ProgramNode[],
  kind: K,
): readonly Extract<ProgramNode, { readonly kind: K }>[] {
  const found: Extract<ProgramNode, { readonly kind: K }>[] = [];
  walk(nodes, (node) => {
    if (node.kind === kind) found.push(node as Extract<ProgramNode, { readonly kind: K }>);
    return undefined;
  });
  return found;
}

/** The nodes directly inside a node. */
export function childrenOf(node: ProgramNode): readonly ProgramNode[] {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'none':
    case 'ellipsis':
    case 'name':
    case 'unknown':
    case 'pass':
    case 'break':
    case 'continue':
    case 'scope':
    case 'import':
      return [];
    case 'attribute':
      return [node.object];
    case 'index':
      return [node.object, ...node.items];
    case 'slice':
      return present(node.start, node.stop, node.step);
    case 'call':
      return [node.callee, ...values(node.args)];
    case 'unary':
      return [node.operand];
    case 'binary':
    case 'logical':
      return [node.left, node.right];
    case 'compare':
      return [node.first, ...node.rest.map((each) => each.operand)];
    case 'conditional':
      return [node.then, node.test, node.otherwise];
    case 'function':
      return insideFunction(node.definition);
    case 'class':
      return insideClass(node.definition);
    case 'list':
    case 'tuple':
    case 'set':
      return node.items;
    case 'dict':
      return node.entries.flatMap((entry) => present(entry.key, entry.value));
    case 'comprehension':
      return [
        ...present(node.element, node.value),
        ...node.clauses.flatMap((clause) => [clause.target, clause.iterable, ...clause.conditions]),
      ];
    case 'template':
      return node.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.value]));
    case 'spread':
    case 'await':
      return [node.value];
    case 'yield':
    case 'return':
    case 'raise':
    case 'export':
      return present(node.value);
    case 'expression':
      return [node.value];
    case 'pattern':
      return node.form === 'sequence'
        ? node.items.flatMap((item) => present(item.target, item.default))
        : [...node.entries.flatMap((entry) => present(entry.target, entry.default)), ...present(node.rest)];
    case 'assign':
      return 'targets' in node ? [...node.targets, ...present(node.annotation, node.value)] : [node.target, node.value];
    case 'augment':
      return [node.target, node.value];
    case 'if':
      return [node.test, ...node.then, ...node.otherwise];
    case 'for':
      return [node.target, node.iterable, ...node.body, ...node.otherwise];
    case 'while':
      return [node.test, ...node.body, ...node.update, ...node.otherwise];
    case 'try':
      return [
        ...node.body,
        ...node.handlers.flatMap((handler) => [...present(handler.types), ...handler.body]),
        ...node.otherwise,
        ...node.final,
      ];
    case 'with':
      return [...node.items.flatMap((item) => present(item.context, item.target)), ...node.body];
    case 'assert':
      return present(node.test, node.message);
    case 'block':
      return node.body;
    case 'switch':
      return [node.subject, ...node.cases.flatMap((each) => [...present(each.test), ...each.body])];
    case 'delete':
      return node.targets;
    default:
      return unreachable(node);
  }
}

const NO_BLOCKS: readonly Block[] = [];

/** The blocks directly inside a statement that belong to the same scope: of `if`, loops, `try`, `with`; not of functions and classes. */
export function blocksOf(statement: Stmt): readonly Block[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.otherwise];
    case 'for':
      return [statement.body, statement.otherwise];
    case 'while':
      return [statement.body, statement.update, statement.otherwise];
    case 'try':
      return [statement.body, ...statement.handlers.map((handler) => handler.body), statement.otherwise, statement.final];
    case 'with':
    case 'block':
      return [statement.body];
    case 'switch':
      return statement.cases.map((each) => each.body);
    default:
      return NO_BLOCKS;
  }
}

/** Programs do not change, and the same bodies are asked for by every rule. */
const statements = new WeakMap<Block, readonly Stmt[]>();

/** The statements of a scope, those inside its `if`, `try`, `with` and loops included. */
export function statementsOf(block: Block): readonly Stmt[] {
  const known = statements.get(block);
  if (known !== undefined) return known;
  const found: Stmt[] = [];
  addStatements(block, found);
  statements.set(block, found);
  return found;
}

function addStatements(block: Block, found: Stmt[]): void {
  for (const statement of block) {
    found.push(statement);
    for (const inner of blocksOf(statement)) addStatements(inner, found);
  }
}

function insideFunction(definition: FunctionDefinition): readonly ProgramNode[] {
  return [...definition.decorators, ...definition.params.flatMap(insideParam), ...definition.body];
}

function insideClass(definition: ClassDefinition): readonly ProgramNode[] {
  return [...definition.decorators, ...values(definition.bases), ...definition.body];
}

function insideParam(param: Param): readonly ProgramNode[] {
  return present(param.pattern, param.annotation, param.default);
}

function values(args: readonly Argument[]): readonly Expr[] {
  return args.map((arg) => arg.value);
}

function present(...nodes: readonly (ProgramNode | null)[]): readonly ProgramNode[] {
  return nodes.filter((node) => node !== null);
}
