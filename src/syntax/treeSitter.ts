/**
 * Owns the parser library: loads its WASM files and turns its trees, which live in WASM memory and must be deleted, into plain
 * nodes. Nothing else touches the library; both front ends lower from these nodes.
 */
import { Language, Parser, type TreeCursor } from '@vscode/tree-sitter-wasm';
import { remembered } from '../base/remembered';
import { CopyCache } from './copyCache';
import { EditedTree } from './editedTree';

/** A node of a concrete syntax tree. Offsets are UTF-16 units of the text that was parsed (plus the offset given to `parse`). */
export interface SyntaxNode {
  readonly type: string;
  /** Field of the parent that this node fills. */
  readonly field: string | null;
  /** False for tokens that the grammar spells out (`+`, `def`). */
  readonly named: boolean;
  readonly start: number;
  readonly end: number;
  /** The parser put this token in to go on after an error. */
  readonly missing: boolean;
  /** This node, or one inside it, is an error. */
  readonly broken: boolean;
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxParser {
  /** `offset` is added to every position: for parsing a piece of a text. */
  parse(text: string, offset?: number): SyntaxNode;
  /** Whether the text has a syntax error: less work than a tree. */
  isBroken(text: string): boolean;
}

export type Grammar = 'python' | 'typescript' | 'tsx' | 'javascript';

/** Reads a WASM file by its name (`tree-sitter-python.wasm`): from a folder, a bundle, the network. */
export type ReadWasm = (fileName: string) => Promise<Uint8Array>;

const MOST_PIECES = 500;
const LONGEST_PIECE = 4000;

let runtime: Promise<void> | undefined;

/** Loads a grammar, and the parser's own WASM before the first one. */
export async function loadSyntaxParser(grammar: Grammar, readWasm: ReadWasm): Promise<SyntaxParser> {
  runtime ??= startRuntime(readWasm).catch((error: unknown) => {
    runtime = undefined;
    throw error;
  });
  await runtime;
  const language = await Language.load(await readWasm(`tree-sitter-${grammar}.wasm`));
  const parser = new Parser();
  parser.setLanguage(language);
  const named = language.types.map((_, id) => language.nodeTypeIsNamed(id));
  const edited = new EditedTree(parser);
  const loaded: Loaded = { edited, named, copies: new CopyCache() };
  // While a line is broken, the pieces around it are asked for with every keystroke.
  const isBrokenPiece = remembered(MOST_PIECES, (text) => edited.isBroken(text));
  return {
    parse: (text, offset = 0) => parseWith(loaded, text, offset),
    isBroken: (text) => (text.length < LONGEST_PIECE ? isBrokenPiece(text) : edited.isBroken(text)),
  };
}

async function startRuntime(readWasm: ReadWasm): Promise<void> {
  // In a worker the library's start-up code reads `document.currentScript` without looking whether there is a document.
  const scope = globalThis as { document?: unknown };
  scope.document ??= { currentScript: null };
  const options = { locateFile: (file: string) => file, wasmBinary: await readWasm('tree-sitter.wasm') };
  try {
    await Parser.init(options);
  } finally {
    if (
      (scope.document as { currentScript?: unknown } | undefined)?.currentScript === null &&
      !('createElement' in (scope.document as object))
    ) {
      Reflect.deleteProperty(scope, 'document');
    }
  }
}

interface Loaded {
  readonly edited: EditedTree;
  /** By type id. */
  readonly named: readonly boolean[];
  readonly copies: CopyCache;
}

function parseWith({ edited, named, copies }: Loaded, text: string, offset: number): SyntaxNode {
  const tree = edited.parse(text);
  if (tree === null)
    return {
      type: 'ERROR',
      field: null,
      named: true,
      start: offset,
      end: offset + text.length,
      missing: false,
      broken: true,
      children: [],
    };
  const cursor = tree.walk();
  try {
    copies.nextText();
    return copyTree({ cursor, named, offset, text, copies });
  } finally {
    cursor.delete();
    edited.release(tree);
  }
}

interface MutableNode extends SyntaxNode {
  broken: boolean;
  readonly children: MutableNode[];
}

interface Copying {
  readonly cursor: TreeCursor;
  readonly named: readonly boolean[];
  readonly offset: number;
  readonly text: string;
  readonly copies: CopyCache;
}

/** Nodes whose children are statements: what is worth keeping from one text to the next. */
const BLOCKS = new Set(['module', 'block', 'program', 'statement_block', 'class_body']);

/** Iterative, so that no nesting of the source can overflow the stack. Statements that stood in the text before are not read again. */
function copyTree(copying: Copying): SyntaxNode {
  const { cursor, named, offset } = copying;
  const root = copyNode(cursor, named, offset);
  const path: MutableNode[] = [root];
  let node: MutableNode = root;
  let reused = false;
  for (;;) {
    if (!reused && cursor.gotoFirstChild()) {
      [node, reused] = enterNode(copying, node);
      path.push(node);
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      const done = path.pop();
      const parent = path.at(-1);
      if (parent === undefined || !cursor.gotoParent()) return root;
      leaveNode(copying, done, parent);
    }
    const previous = path.pop();
    const parent = path.at(-1) ?? root;
    leaveNode(copying, previous, parent);
    [node, reused] = enterNode(copying, parent);
    path.push(node);
  }
}

/** The node under the cursor as a child of `parent`; true if a copy with all its children was found. */
function enterNode({ cursor, named, offset, text, copies }: Copying, parent: MutableNode): [MutableNode, boolean] {
  const node = copyNode(cursor, named, offset);
  const known = BLOCKS.has(parent.type)
    ? (copies.find(node, text.slice(node.start - offset, node.end - offset)) as MutableNode | undefined)
    : undefined;
  parent.children.push(known ?? node);
  return known ? [known, true] : [node, false];
}

function leaveNode({ offset, text, copies }: Copying, node: MutableNode | undefined, parent: MutableNode): void {
  if (node?.broken) parent.broken = true;
  else if (node && BLOCKS.has(parent.type)) copies.keep(node, text.slice(node.start - offset, node.end - offset));
}

/** Every property of the cursor is a call into WASM, so what others tell is not asked for. */
function copyNode(cursor: TreeCursor, named: readonly boolean[], offset: number): MutableNode {
  const type = cursor.nodeType;
  const start = cursor.startIndex;
  const end = cursor.endIndex;
  const missing = start === end && cursor.nodeIsMissing;
  return {
    type,
    field: cursor.currentFieldName,
    // The id of an error lies outside the table.
    named: named[cursor.nodeTypeId] ?? true,
    start: start + offset,
    end: end + offset,
    missing,
    broken: missing || type === 'ERROR',
    children: [],
  };
}
