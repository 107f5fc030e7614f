/** Owns what a statement mentions anywhere inside, found in one walk and known of statements that an edit only moved: who looks for little looks here first. */
import { originalOf } from '../base/moved';
import type { Block, Stmt } from './program';
import { walk } from './walk';

export interface Mentions {
  /** Names that are read or bound. */
  readonly names: ReadonlySet<string>;
  /** `compile` of `model.compile`. */
  readonly attributes: ReadonlySet<string>;
  readonly imports: boolean;
  /** Lambdas and arrow functions. */
  readonly arrows: boolean;
}

const KNOWN = new WeakMap<Stmt, Mentions>();

export function mentionsOf(statement: Stmt): Mentions {
  const original = originalOf(statement);
  const mentions = KNOWN.get(original) ?? find(original);
  KNOWN.set(original, mentions);
  return mentions;
}

/** The statements directly in a block that mention what is looked for. */
export function mentioning(block: Block, wanted: (mentions: Mentions) => boolean): Block {
  return block.filter((statement) => wanted(mentionsOf(statement)));
}

function find(statement: Stmt): Mentions {
  const names = new Set<string>();
  const attributes = new Set<string>();
  let [imports, arrows] = [false, false];
  walk([statement], (node) => {
    if (node.kind === 'name') names.add(node.name);
    else if (node.kind === 'attribute') attributes.add(node.name);
    else if (node.kind === 'import') imports = true;
    else if (node.kind === 'function' && node.definition.isArrow) arrows = true;
    return undefined;
  });
  return { names, attributes, imports, arrows };
}
