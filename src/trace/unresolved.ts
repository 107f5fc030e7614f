/** Owns which names of libraries may hold anything. */
import type { CallContext } from '../value/api';
import type { Value } from '../value/value';

/** What frameworks hold are functions and classes, those that Loss Lab does not know as well. */
const FRAMEWORKS = /^(tf|keras|numpy)\./;

/** A name of a library that Loss Lab does not know (`sys.argv`): it may be anything. */
export function isUnresolved(context: CallContext, value: Value): boolean {
  return value.kind === 'api' && !FRAMEWORKS.test(value.path) && context.hasName(value.path) === undefined;
}
