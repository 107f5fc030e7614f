/** Owns the request to run a TypeScript or JavaScript loss as itself: its module and what that needs of others, as JavaScript. */
import { type Grammars, grammarOf } from '../javascript/parser';
import { recover } from '../javascript/recovery';
import { scriptOf } from '../javascript/script';
import type { Wanted } from '../javascript/scriptStatements';
import type { LossCandidate } from '../program/candidate';
import type { ModuleHost } from '../program/modules';
import type { ScriptModule, ScriptRequest } from '../run/protocol';
import type { SyntaxNode, SyntaxParser } from '../syntax/treeSitter';

export interface ScriptSource {
  readonly document: string;
  readonly grammars: Grammars;
  readonly host: ModuleHost;
  readonly read: (document: string) => string;
}

/** A module whose code grew this often is asked for in circles. */
const MOST_ROUNDS = 200;

export function scriptRequest(candidate: LossCandidate | undefined, name: string, source: ScriptSource): ScriptRequest {
  const lambda = candidate?.kind === 'lambda' && name.startsWith('<') ? candidate.span.start : null;
  const path = lambda === null ? name.split('.') : ['$lambda'];
  const wanted = lambda === null ? path.slice(0, 1) : [];
  const factory = candidate?.kind === 'factory';
  return {
    entry: source.document,
    modules: modulesFor(source, new Set(wanted), lambda),
    path,
    factory,
    factoryParameters: factory ? candidate.settings.map((param) => param.name) : [],
    furtherParameters: further(candidate, factory),
  };
}

function further(candidate: LossCandidate | undefined, factory: boolean): readonly string[] {
  if (candidate === undefined) return [];
  const params = factory ? candidate.params.slice(2) : candidate.settings;
  return params.map((param) => param.name);
}

/** More may be wanted of a module while others are looked at; it is then made again. */
function modulesFor({ document, grammars, host, read }: ScriptSource, names: Wanted, lambda: number | null): Record<string, ScriptModule> {
  const modules: Record<string, ScriptModule> = {};
  const wanted = new Map<string, Wanted>([[document, names]]);
  const queue = [document];
  for (let round = 0, next = queue.shift(); next !== undefined && round < MOST_ROUNDS; next = queue.shift(), round++) {
    const { tree, text } = soundTree(grammarOf(grammars, next), read(next), next);
    const script = scriptOf(tree, text, wanted.get(next) ?? new Set(), next === document ? lambda : null);
    const imports: Record<string, string> = {};
    for (const [module, needed] of script.imports) {
      const found = host.resolve(next, module)?.document;
      if (found === undefined) continue;
      imports[module] = found;
      const before = wanted.get(found);
      const joined = joinWanted(before, needed);
      if (before !== undefined && joined === before) continue;
      wanted.set(found, joined);
      queue.push(found);
    }
    modules[next] = { code: script.code, header: script.header, imports };
  }
  return modules;
}

/** Broken statements are left out. */
function soundTree(syntax: SyntaxParser, text: string, document: string): { readonly tree: SyntaxNode; readonly text: string } {
  const tree = syntax.parse(text);
  return tree.broken ? recover(syntax, text, document) : { tree, text };
}

function joinWanted(before: Wanted | undefined, more: Wanted): Wanted {
  if (before === undefined) return more;
  if (before === 'all' || more === 'all') return before === 'all' ? before : 'all';
  return [...more].every((name) => before.has(name)) ? before : new Set([...before, ...more]);
}
