/** Owns stand-ins for modules that are not there: whatever is asked of them is another stand-in, and using one as a value throws by its name. */

export function standIn(name: string): unknown {
  const target = function stand(): void {};
  return new Proxy(target, {
    get: (_target, key) => {
      if (key === 'prototype') return target.prototype;
      if (key === Symbol.toPrimitive) return () => unavailable(name);
      return typeof key === 'symbol' || key === 'then' ? undefined : standIn(`${name}.${key}`);
    },
    apply: () => standIn(`${name}()`),
    construct: () => standIn(`new ${name}()`) as object,
  });
}

function unavailable(name: string): never {
  throw new Error(`${name} is not available when a loss is run as itself`);
}
