/**
 * Owns the program IR: what both front ends lower their syntax trees to. Neutral in form; what an operator or a truth value
 * means is the dialect's business (trace/dialects). Plain data: programs travel to the child process.
 */
import type { Span } from '../base/span';

export type Language = 'python' | 'javascript';

export type Expr =
  | NumberExpr
  | StringExpr
  | BooleanExpr
  | NoneExpr
  | EllipsisExpr
  | NameExpr
  | AttributeExpr
  | IndexExpr
  | SliceExpr
  | CallExpr
  | UnaryExpr
  | BinaryExpr
  | CompareExpr
  | LogicalExpr
  | ConditionalExpr
  | FunctionExpr
  | SequenceExpr
  | DictExpr
  | ComprehensionExpr
  | TemplateExpr
  | AssignExpr
  | SpreadExpr
  | AwaitExpr
  | YieldExpr
  | UnknownExpr;

interface Located {
  readonly span: Span;
}

/** `float`: written with a point or exponent (Python); always true in JavaScript. `imaginary`: Python's 2j. */
export interface NumberExpr extends Located {
  readonly kind: 'number';
  readonly value: number;
  readonly float: boolean;
  readonly imaginary?: boolean;
}

export interface StringExpr extends Located {
  readonly kind: 'string';
  readonly value: string;
}

export interface BooleanExpr extends Located {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** Python's None, JavaScript's null and undefined. */
export interface NoneExpr extends Located {
  readonly kind: 'none';
}

export interface EllipsisExpr extends Located {
  readonly kind: 'ellipsis';
}

export interface NameExpr extends Located {
  readonly kind: 'name';
  readonly name: string;
}

/** `optional`: JavaScript's `?.`. `nameSpan` is the attribute's own name. JavaScript's `this` is a name. */
export interface AttributeExpr extends Located {
  readonly kind: 'attribute';
  readonly object: Expr;
  readonly name: string;
  readonly nameSpan: Span;
  readonly optional?: boolean;
}

/** `x[a, b:c]`: `items` are the comma-separated indices; `x[(a, b)]` and `x[a, b]` are the same. */
export interface IndexExpr extends Located {
  readonly kind: 'index';
  readonly object: Expr;
  readonly items: readonly Expr[];
  /** Whether it was written as a tuple (`x[a,]` is, `x[a]` is not). */
  readonly tuple: boolean;
}

/** Only inside the items of an index. */
export interface SliceExpr extends Located {
  readonly kind: 'slice';
  readonly start: Expr | null;
  readonly stop: Expr | null;
  readonly step: Expr | null;
}

/** One argument. `name`: keyword. `spread`: `*x` (JavaScript `...x`), `keywords`: `**x`. */
export interface Argument extends Located {
  readonly value: Expr;
  readonly name?: string;
  readonly spread?: 'positional' | 'keywords';
}

export interface CallExpr extends Located {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Argument[];
  /** JavaScript's `new`. */
  readonly isNew?: boolean;
  readonly optional?: boolean;
}

export interface UnaryExpr extends Located {
  readonly kind: 'unary';
  readonly op: '-' | '+' | '~' | 'not' | 'typeof' | 'void' | 'delete';
  readonly operand: Expr;
}

export type BinaryOp = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '@' | '&' | '|' | '^' | '<<' | '>>' | '>>>';

export interface BinaryExpr extends Located {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
}

export type CompareOp = '==' | '!=' | '===' | '!==' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | 'in' | 'not in' | 'instanceof';

/** A chain `a < b <= c`. */
export interface CompareExpr extends Located {
  readonly kind: 'compare';
  readonly first: Expr;
  readonly rest: readonly { readonly op: CompareOp; readonly operand: Expr }[];
}

export interface LogicalExpr extends Located {
  readonly kind: 'logical';
  readonly op: 'and' | 'or' | '??';
  readonly left: Expr;
  readonly right: Expr;
}

export interface ConditionalExpr extends Located {
  readonly kind: 'conditional';
  readonly test: Expr;
  readonly then: Expr;
  readonly otherwise: Expr;
}

/** A lambda, arrow function or function expression. */
export interface FunctionExpr extends Located {
  readonly kind: 'function';
  readonly definition: FunctionDefinition;
}

export interface SequenceExpr extends Located {
  readonly kind: 'list' | 'tuple' | 'set';
  /** May hold SpreadExpr. */
  readonly items: readonly Expr[];
}

/** `key: null` spreads the value (`**other`, `...other`). JavaScript objects have string keys; methods are function values. */
export interface DictExpr extends Located {
  readonly kind: 'dict';
  readonly entries: readonly { readonly key: Expr | null; readonly value: Expr }[];
}

export interface ComprehensionExpr extends Located {
  readonly kind: 'comprehension';
  readonly result: 'list' | 'set' | 'dict' | 'generator';
  readonly element: Expr;
  /** Value of a dict comprehension, whose key is `element`. */
  readonly value: Expr | null;
  readonly clauses: readonly { readonly target: Target; readonly iterable: Expr; readonly conditions: readonly Expr[] }[];
}

/** An f-string or template literal; formats are kept as written. */
export interface TemplateExpr extends Located {
  readonly kind: 'template';
  readonly parts: readonly (string | { readonly value: Expr; readonly format: string })[];
}

/** Assignment as an expression: Python's `:=`, JavaScript's `=`, `+=`, `++`. Its value is what was assigned (`postfix`: what was there before). */
export interface AssignExpr extends Located {
  readonly kind: 'assign';
  readonly target: Target;
  readonly op: BinaryOp | '&&' | '||' | '??' | null;
  readonly value: Expr;
  readonly postfix?: boolean;
}

export interface SpreadExpr extends Located {
  readonly kind: 'spread';
  readonly value: Expr;
}

export interface AwaitExpr extends Located {
  readonly kind: 'await';
  readonly value: Expr;
}

export interface YieldExpr extends Located {
  readonly kind: 'yield';
  readonly value: Expr | null;
  readonly delegate: boolean;
}

/** Syntax that is not understood, with the reason that becomes a gap. */
export interface UnknownExpr extends Located {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** What can be assigned to. */
export type Target =
  | NameExpr
  | AttributeExpr
  | IndexExpr
  | { readonly kind: 'pattern'; readonly form: 'sequence'; readonly items: readonly PatternItem[]; readonly span: Span }
  | {
      readonly kind: 'pattern';
      readonly form: 'object';
      readonly entries: readonly ObjectPatternEntry[];
      readonly rest: Target | null;
      readonly span: Span;
    }
  | UnknownExpr;

/** `rest`: `*name` or `...name`; `default` and holes (null target) are JavaScript's. */
export interface PatternItem {
  readonly target: Target | null;
  readonly rest: boolean;
  readonly default: Expr | null;
}

export interface ObjectPatternEntry {
  readonly key: string;
  readonly target: Target;
  readonly default: Expr | null;
}

export type Stmt =
  | { readonly kind: 'expression'; readonly value: Expr; readonly span: Span }
  /** `a = b = value`; `declare` is JavaScript's let/const/var. `annotation` without value: Python's `x: int`. */
  | {
      readonly kind: 'assign';
      readonly targets: readonly Target[];
      readonly value: Expr | null;
      readonly annotation: Expr | null;
      readonly declare?: 'let' | 'const' | 'var';
      readonly span: Span;
    }
  | { readonly kind: 'augment'; readonly target: Target; readonly op: BinaryOp; readonly value: Expr; readonly span: Span }
  | { readonly kind: 'return'; readonly value: Expr | null; readonly span: Span }
  | { readonly kind: 'if'; readonly test: Expr; readonly then: Block; readonly otherwise: Block; readonly span: Span }
  /** Python's for and JavaScript's for-of; `in: true` is JavaScript's for-in (keys). */
  | {
      readonly kind: 'for';
      readonly target: Target;
      readonly iterable: Expr;
      readonly body: Block;
      readonly otherwise: Block;
      readonly keys?: boolean;
      readonly label?: string;
      readonly span: Span;
    }
  /** `update` runs after each round, after `continue` too (JavaScript's for(;;)); `after`: the test follows the body (do-while). */
  | {
      readonly kind: 'while';
      readonly test: Expr;
      readonly body: Block;
      readonly update: Block;
      readonly otherwise: Block;
      readonly after?: boolean;
      readonly label?: string;
      readonly span: Span;
    }
  | { readonly kind: 'function'; readonly definition: FunctionDefinition; readonly span: Span }
  | { readonly kind: 'class'; readonly definition: ClassDefinition; readonly span: Span }
  | { readonly kind: 'raise'; readonly value: Expr | null; readonly span: Span }
  | {
      readonly kind: 'try';
      readonly body: Block;
      readonly handlers: readonly Handler[];
      readonly otherwise: Block;
      readonly final: Block;
      readonly span: Span;
    }
  | {
      readonly kind: 'with';
      readonly items: readonly { readonly context: Expr; readonly target: Target | null }[];
      readonly body: Block;
      readonly span: Span;
    }
  | { readonly kind: 'assert'; readonly test: Expr; readonly message: Expr | null; readonly span: Span }
  | { readonly kind: 'block'; readonly body: Block; readonly span: Span }
  | {
      readonly kind: 'switch';
      readonly subject: Expr;
      readonly cases: readonly { readonly test: Expr | null; readonly body: Block }[];
      readonly span: Span;
    }
  | { readonly kind: 'pass'; readonly span: Span }
  /** `label`: JavaScript's, of the loop that is meant. */
  | { readonly kind: 'break'; readonly label?: string; readonly span: Span }
  | { readonly kind: 'continue'; readonly label?: string; readonly span: Span }
  | { readonly kind: 'delete'; readonly targets: readonly Target[]; readonly span: Span }
  | { readonly kind: 'scope'; readonly which: 'global' | 'nonlocal'; readonly names: readonly string[]; readonly span: Span }
  | ImportStmt
  | ExportStmt
  | { readonly kind: 'unknown'; readonly reason: string; readonly span: Span };

export type Block = readonly Stmt[];

export interface Handler {
  /** Exception types; null catches everything. */
  readonly types: Expr | null;
  readonly name: string | null;
  readonly body: Block;
  readonly span: Span;
}

/**
 * `import a.b as c`, `from a import b as c`, `import x, { y as z }, * as w from 'm'`, `const t = require('m')`.
 * `module` is as written, Python's leading dots included. `imported: null` binds the module itself
 * (in Python without `as`, its first component), `'*'` with local '*' takes over every name, 'default' is JavaScript's default export.
 */
export interface ImportStmt extends Located {
  readonly kind: 'import';
  readonly module: string;
  readonly bindings: readonly { readonly imported: string | null; readonly local: string; readonly span: Span }[];
}

/** JavaScript: exported names of declarations made elsewhere in the module (declarations themselves stand as usual). `from`: re-export. */
export interface ExportStmt extends Located {
  readonly kind: 'export';
  readonly names: readonly { readonly local: string; readonly exported: string }[];
  readonly from: string | null;
  /** `export default <expression>`. */
  readonly value: Expr | null;
}

export type ParamKind = 'positionalOnly' | 'positional' | 'varPositional' | 'keywordOnly' | 'varKeyword';

export interface Param extends Located {
  /** '' for a destructured parameter. */
  readonly name: string;
  readonly kind: ParamKind;
  readonly default: Expr | null;
  readonly annotation: Expr | null;
  /** Text of the annotation as written (jaxtyping, comments). */
  readonly annotationText: string | null;
  readonly pattern: Target | null;
}

export interface FunctionDefinition extends Located {
  /** '' for lambdas and anonymous functions. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly params: readonly Param[];
  readonly body: Block;
  readonly decorators: readonly Expr[];
  readonly docstring: string | null;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** Arrow functions and lambdas: `this` is the enclosing one's. */
  readonly isArrow: boolean;
}

export interface ClassDefinition extends Located {
  readonly name: string;
  readonly nameSpan: Span;
  readonly bases: readonly Argument[];
  readonly body: Block;
  readonly decorators: readonly Expr[];
  readonly docstring: string | null;
}

/** A syntax error; the block that it stands in is lost, nothing else. */
export interface SyntaxProblem extends Located {
  readonly message: string;
}

/** A `loss-lab:` comment, without the marker and prefix. */
export interface DirectiveComment extends Located {
  readonly text: string;
  /** Nothing but white space stands before it on its line. */
  readonly ownLine?: boolean;
  /** Where the code directly below begins (no empty line between); null if there is none, or the comment stands behind code. */
  readonly codeStart?: number | null;
}

export interface Module {
  readonly document: string;
  readonly language: Language;
  readonly body: Block;
  readonly directives: readonly DirectiveComment[];
  readonly syntaxProblems: readonly SyntaxProblem[];
}
