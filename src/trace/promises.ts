/** Owns JavaScript's promises: what an async function returns, and what `await` takes out of it. */
import type { ObjectValue, Value } from '../value/value';

/** The trace runs an async function at once; only who forgets `await` sees the promise. */
export function promiseOf(value: Value): Value {
  return isPromise(value) ? value : { kind: 'object', type: 'js.Promise', attributes: new Map(), methods: new Map(), state: { value } };
}

export function isPromise(value: Value): value is ObjectValue {
  return value.kind === 'object' && value.type === 'js.Promise';
}

export function settled(value: Value): Value {
  return isPromise(value) ? (value.state as { readonly value: Value }).value : value;
}
