/** Owns a compact printed form of programs, close to Python, for tests and for looking at what was lowered. */
import { unreachable } from '../base/assert';
import type { Argument, Block, Expr, FunctionDefinition, Module, Param, Stmt, Target } from './program';

export function printModule(module: Module): string {
  return printBlock(module.body, '');
}

/** Every statement on a line of its own, blocks indented by two. */
export function printBlock(block: Block, indent = ''): string {
  return block.map((statement) => printStmt(statement, indent)).join('\n');
}

function printStmt(statement: Stmt, indent: string): string {
  const inner = (block: Block) => `:\n${printBlock(block, `${indent}  `)}`;
  const clause = (head: string, block: Block) => (block.length === 0 ? '' : `\n${indent}${head}${inner(block)}`);
  const text = (): string => {
    switch (statement.kind) {
      case 'expression':
        return printExpr(statement.value);
      case 'assign':
        return printAssign(statement);
      case 'augment':
        return `${printTarget(statement.target)} ${statement.op}= ${printExpr(statement.value)}`;
      case 'return':
      case 'raise':
        return statement.value === null ? statement.kind : `${statement.kind} ${printExpr(statement.value)}`;
      case 'if':
        return `if ${printExpr(statement.test)}${inner(statement.then)}${clause('else', statement.otherwise)}`;
      case 'for': {
        const head = `for ${printTarget(statement.target)} ${statement.keys ? 'in keys of' : 'in'} ${printExpr(statement.iterable)}`;
        return `${head}${inner(statement.body)}${clause('else', statement.otherwise)}`;
      }
      case 'while': {
        const head = `${statement.after ? 'do while' : 'while'} ${printExpr(statement.test)}${inner(statement.body)}`;
        return `${head}${clause('update', statement.update)}${clause('else', statement.otherwise)}`;
      }
      case 'function':
        return `${decorators(statement.definition.decorators, indent)}${functionHead(statement.definition)}${inner(statement.definition.body)}`;
      case 'class': {
        const { name, bases, body } = statement.definition;
        return `${decorators(statement.definition.decorators, indent)}class ${name}(${printArguments(bases)})${inner(body)}`;
      }
      case 'try': {
        const handlers = statement.handlers.map(({ types, name, body }) => {
          const head = `except${types === null ? '' : ` ${printExpr(types)}`}${name === null ? '' : ` as ${name}`}`;
          return `\n${indent}${head}${inner(body)}`;
        });
        return `try${inner(statement.body)}${handlers.join('')}${clause('else', statement.otherwise)}${clause('finally', statement.final)}`;
      }
      case 'with': {
        const items = statement.items.map(
          ({ context, target }) => `${printExpr(context)}${target === null ? '' : ` as ${printTarget(target)}`}`,
        );
        return `with ${items.join(', ')}${inner(statement.body)}`;
      }
      case 'assert':
        return `assert ${printExpr(statement.test)}${statement.message === null ? '' : `, ${printExpr(statement.message)}`}`;
      case 'block':
        return `block${inner(statement.body)}`;
      case 'switch': {
        const cases = statement.cases.map(
          ({ test, body }) => `\n${indent}${test === null ? 'default' : `case ${printExpr(test)}`}${inner(body)}`,
        );
        return `switch ${printExpr(statement.subject)}${cases.join('')}`;
      }
      case 'pass':
      case 'break':
      case 'continue':
        return statement.kind;
      case 'delete':
        return `delete ${statement.targets.map(printTarget).join(', ')}`;
      case 'scope':
        return `${statement.which} ${statement.names.join(', ')}`;
      case 'import':
        return `import ${statement.module} {${statement.bindings.map(({ imported, local }) => `${imported ?? '(module)'} as ${local}`).join(', ')}}`;
      case 'export': {
        const names = statement.names.map(({ local, exported }) => `${local} as ${exported}`).join(', ');
        return `export {${names}}${statement.from === null ? '' : ` from ${statement.from}`}${statement.value === null ? '' : ` ${printExpr(statement.value)}`}`;
      }
      case 'unknown':
        return `?${statement.reason}?`;
      default:
        return unreachable(statement);
    }
  };
  return indent + text();
}

function printAssign(statement: Extract<Stmt, { readonly kind: 'assign' }>): string {
  const declare = statement.declare === undefined ? '' : `${statement.declare} `;
  const annotation = statement.annotation === null ? '' : `: ${printExpr(statement.annotation)}`;
  const value = statement.value === null ? '' : ` = ${printExpr(statement.value)}`;
  return `${declare}${statement.targets.map(printTarget).join(' = ')}${annotation}${value}`;
}

function decorators(list: readonly Expr[], indent: string): string {
  return list.map((decorator) => `@${printExpr(decorator)}\n${indent}`).join('');
}

function functionHead(definition: FunctionDefinition): string {
  const marks = `${definition.isAsync ? 'async ' : ''}def${definition.isGenerator ? '*' : ''}`;
  return `${marks} ${definition.name}(${definition.params.map(printParam).join(', ')})`;
}

const MARKS: Readonly<Record<Param['kind'], string>> = {
  positionalOnly: '/',
  positional: '',
  varPositional: '*',
  keywordOnly: '!',
  varKeyword: '**',
};

function printParam(param: Param): string {
  const name = param.pattern === null ? param.name : printTarget(param.pattern);
  const annotation = param.annotationText === null ? '' : `: ${param.annotationText}`;
  return `${MARKS[param.kind]}${name}${annotation}${param.default === null ? '' : `=${printExpr(param.default)}`}`;
}

export function printTarget(target: Target): string {
  if (target.kind !== 'pattern') return printExpr(target);
  const withDefault = (text: string, value: Expr | null) => (value === null ? text : `${text} = ${printExpr(value)}`);
  if (target.form === 'sequence') {
    const items = target.items.map((item) =>
      withDefault(`${item.rest ? '*' : ''}${item.target === null ? '' : printTarget(item.target)}`, item.default),
    );
    return `[${items.join(', ')}]`;
  }
  const entries = target.entries.map((entry) => withDefault(`${entry.key}: ${printTarget(entry.target)}`, entry.default));
  return `{${[...entries, ...(target.rest === null ? [] : [`*${printTarget(target.rest)}`])].join(', ')}}`;
}

/** Compound operands stand in parentheses, so that the tree shows. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return `${expr.value}${expr.float && Number.isInteger(expr.value) ? '.0' : ''}${expr.imaginary ? 'j' : ''}`;
    case 'string':
      return JSON.stringify(expr.value);
    case 'boolean':
      return expr.value ? 'True' : 'False';
    case 'none':
      return 'None';
    case 'ellipsis':
      return '...';
    case 'name':
      return expr.name;
    case 'attribute':
      return `${operand(expr.object)}${expr.optional ? '?' : ''}.${expr.name}`;
    case 'index':
      return `${operand(expr.object)}[${expr.items.map(printExpr).join(', ')}${expr.tuple && expr.items.length === 1 ? ',' : ''}]`;
    case 'slice': {
      const bounds = [expr.start, expr.stop].map((bound) => (bound === null ? '' : printExpr(bound)));
      return `${bounds.join(':')}${expr.step === null ? '' : `:${printExpr(expr.step)}`}`;
    }
    case 'call':
      return `${expr.isNew ? 'new ' : ''}${operand(expr.callee)}${expr.optional ? '?.' : ''}(${printArguments(expr.args)})`;
    case 'unary':
      return `${expr.op}${/\w/.test(expr.op) ? ' ' : ''}${operand(expr.operand)}`;
    case 'binary':
    case 'logical':
      return `${operand(expr.left)} ${expr.op} ${operand(expr.right)}`;
    case 'compare':
      return `${operand(expr.first)}${expr.rest.map((each) => ` ${each.op} ${operand(each.operand)}`).join('')}`;
    case 'conditional':
      return `${operand(expr.then)} if ${operand(expr.test)} else ${operand(expr.otherwise)}`;
    case 'function':
      return printFunction(expr.definition);
    case 'list':
      return `[${expr.items.map(printExpr).join(', ')}]`;
    case 'tuple':
      return `(${expr.items.map(printExpr).join(', ')}${expr.items.length === 1 ? ',' : ''})`;
    case 'set':
      return `{${expr.items.map(printExpr).join(', ')}}`;
    case 'dict':
      return `{${expr.entries.map(({ key, value }) => (key === null ? `**${printExpr(value)}` : `${printExpr(key)}: ${printExpr(value)}`)).join(', ')}}`;
    case 'comprehension': {
      const element = `${printExpr(expr.element)}${expr.value === null ? '' : `: ${printExpr(expr.value)}`}`;
      const clauses = expr.clauses.map(
        ({ target, iterable, conditions }) =>
          ` for ${printTarget(target)} in ${printExpr(iterable)}${conditions.map((condition) => ` if ${printExpr(condition)}`).join('')}`,
      );
      return `${expr.result}(${element}${clauses.join('')})`;
    }
    case 'template':
      return `f(${expr.parts.map((part) => (typeof part === 'string' ? JSON.stringify(part) : `${printExpr(part.value)}${part.format}`)).join(', ')})`;
    case 'assign':
      return `${printTarget(expr.target)} ${expr.op ?? ':'}= ${printExpr(expr.value)}${expr.postfix ? ' (postfix)' : ''}`;
    case 'spread':
      return `*${operand(expr.value)}`;
    case 'await':
      return `await ${operand(expr.value)}`;
    case 'yield':
      return `yield${expr.delegate ? ' from' : ''}${expr.value === null ? '' : ` ${printExpr(expr.value)}`}`;
    case 'unknown':
      return `?${expr.reason}?`;
    default:
      return unreachable(expr);
  }
}

function printFunction(definition: FunctionDefinition): string {
  const params = definition.params.map(printParam).join(', ');
  const [only] = definition.body;
  const body =
    definition.body.length === 1 && only?.kind === 'return' && only.value !== null
      ? printExpr(only.value)
      : `{ ${printBlock(definition.body).replaceAll('\n', '; ')} }`;
  return `lambda${definition.isGenerator ? '*' : ''} ${params}: ${body}`;
}

function printArguments(args: readonly Argument[]): string {
  const prefix = (arg: Argument) =>
    arg.spread === 'positional' ? '*' : arg.spread === 'keywords' ? '**' : arg.name === undefined ? '' : `${arg.name}=`;
  return args.map((arg) => `${prefix(arg)}${printExpr(arg.value)}`).join(', ');
}

const ATOMS: ReadonlySet<Expr['kind']> = new Set([
  'number',
  'string',
  'boolean',
  'none',
  'ellipsis',
  'name',
  'attribute',
  'index',
  'call',
  'list',
  'tuple',
  'set',
  'dict',
  'comprehension',
  'template',
  'unknown',
]);

function operand(expr: Expr): string {
  return ATOMS.has(expr.kind) ? printExpr(expr) : `(${printExpr(expr)})`;
}
