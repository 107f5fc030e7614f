/** Owns which of a module's statements one of them reaches by the names that it reads. */
import { originalOf } from '../base/moved';
import type { Span } from '../base/span';
import { mentionsOf } from './mentions';
import type { Module, Stmt } from './program';
import { walk } from './walk';

const BOUND = new WeakMap<Stmt, ReadonlySet<string>>();

/** Of a statement that was only moved: what it had before. */
function boundBy(statement: Stmt): ReadonlySet<string> {
  const original = originalOf(statement);
  const names = BOUND.get(original) ?? bound(original);
  BOUND.set(original, names);
  return names;
}

/** Which of a module's statements bind a name, by their index. */
type Binders = ReadonlyMap<string, readonly number[]>;

const BINDERS = new WeakMap<Module, Binders>();

function bindersOf(module: Module): Binders {
  const known = BINDERS.get(module);
  if (known) return known;
  const binders = new Map<string, number[]>();
  module.body.forEach((statement, i) => {
    for (const name of boundBy(statement)) {
      const others = binders.get(name);
      if (others) others.push(i);
      else binders.set(name, [i]);
    }
  });
  BINDERS.set(module, binders);
  return binders;
}

function bound(statement: Stmt): ReadonlySet<string> {
  const names = new Set<string>();
  const one = (each: Stmt): void => {
    if (each.kind === 'function' || each.kind === 'class') names.add(each.definition.name);
    else if (each.kind === 'import') for (const binding of each.bindings) names.add(binding.local);
  };
  one(statement);
  // Assignments anywhere inside, and calls on a name (`model.add(…)`), may change what the name means.
  if (statement.kind !== 'function' && statement.kind !== 'class') {
    walk([statement], (node) => {
      if (node.kind === 'name') names.add(node.name);
      else if (node.kind === 'function' || node.kind === 'class' || node.kind === 'import') one(node as Stmt);
      return undefined;
    });
  }
  return names;
}

/** The module's statements that the one around a place reaches by names, itself first; undefined where that is not known. */
export function reached(module: Module, place: Span): readonly Stmt[] | undefined {
  const { body } = module;
  const binders = bindersOf(module);
  const own = body.findIndex(({ span }) => span.start <= place.start && place.end <= span.end);
  if (own < 0 || binders.has('*')) return undefined;
  const found = new Set([own]);
  const statement = body[own];
  // The last of several definitions of one name is the one that counts.
  if (statement) for (const name of boundBy(statement)) for (const binder of binders.get(name) ?? []) found.add(binder);
  // A set is gone through in the order of its additions, those made meanwhile included.
  for (const index of found) {
    const read = body[index];
    if (read) for (const name of mentionsOf(read).names) for (const binder of binders.get(name) ?? []) found.add(binder);
  }
  return [own, ...[...found].filter((index) => index !== own).sort((a, b) => a - b)].flatMap((index) => body[index] ?? []);
}
