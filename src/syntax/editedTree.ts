/**
 * Owns the last tree of a text, from which the tree of the edited text is made: the parser reads again only what changed. Trees live in WASM
 * memory, so that one is kept and the others are deleted.
 */
import type { Edit, Parser, Point, Tree } from '@vscode/tree-sitter-wasm';

/** Shorter texts (pieces of a broken one among them) are parsed in less time than it takes to compare them. */
const SHORTEST = 2000;
/** Texts that share less are different texts. */
const LEAST_SHARED = 0.5;

interface Kept {
  readonly text: string;
  readonly tree: Tree;
}

export class EditedTree {
  private kept: Kept | undefined;

  constructor(private readonly parser: Parser) {}

  /** Null where the parser gives up. The tree is to be released after use. */
  parse(text: string): Tree | null {
    const edited = this.parseEdited(text);
    // What is broken is recovered from differently, depending on what stood there before: such trees are made anew each time.
    if (edited !== null && !edited.rootNode.hasError) return edited;
    if (edited !== null) this.release(edited);
    return this.keep(text, this.parser.parse(text));
  }

  isBroken(text: string): boolean {
    const tree = this.parseEdited(text) ?? this.keep(text, this.parser.parse(text));
    if (tree === null) return true;
    const broken = tree.rootNode.hasError;
    this.release(tree);
    return broken;
  }

  release(tree: Tree): void {
    if (tree !== this.kept?.tree) tree.delete();
  }

  /** The next text is likely to be this one with a change. */
  private keep(text: string, tree: Tree | null): Tree | null {
    if (tree === null || text.length < SHORTEST || tree.rootNode.hasError) return tree;
    this.kept?.tree.delete();
    this.kept = { text, tree };
    return tree;
  }

  /** Null where no tree of a similar text is kept. */
  private parseEdited(text: string): Tree | null {
    const { kept } = this;
    if (kept === undefined || text.length < SHORTEST) return null;
    if (kept.text === text) return kept.tree;
    const edit = editOf(kept.text, text);
    if (edit === undefined) return null;
    const old = kept.tree.copy();
    try {
      old.edit(edit);
      return this.keep(text, this.parser.parse(text, old));
    } finally {
      old.delete();
    }
  }
}

/** The one change that makes `to` of `from`. */
function editOf(from: string, to: string): Edit | undefined {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from.charCodeAt(start) === to.charCodeAt(start)) start++;
  let same = 0;
  while (same < shorter - start && from.charCodeAt(from.length - 1 - same) === to.charCodeAt(to.length - 1 - same)) same++;
  if (start + same < LEAST_SHARED * shorter) return undefined;
  const oldEnd = from.length - same;
  const newEnd = to.length - same;
  return {
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: pointAt(from, start),
    oldEndPosition: pointAt(from, oldEnd),
    newEndPosition: pointAt(to, newEnd),
  };
}

function pointAt(text: string, index: number): Point {
  let row = 0;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < index; next = text.indexOf('\n', next + 1)) {
    row++;
    lineStart = next + 1;
  }
  return { row, column: index - lineStart };
}
