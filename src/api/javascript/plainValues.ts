/** Owns JavaScript's texts, equality and kinds of plain values. */
import type { Value } from '../../value/value';

/** What `String(value)` gives; undefined where it is not known. */
export function textOfValue(value: Value): string | undefined {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'number':
      return value.value === undefined ? undefined : String(value.value);
    case 'boolean':
      return value.value === undefined ? undefined : String(value.value);
    case 'none':
      return 'undefined';
    case 'list': {
      const texts = value.items.map((item) => (item.kind === 'none' ? '' : textOfValue(item)));
      return texts.includes(undefined) ? undefined : texts.join(',');
    }
    case 'dict':
      return '[object Object]';
    case 'object':
      return value.attributes.has('message') ? textOfValue(value.attributes.get('message') ?? { kind: 'none' }) : undefined;
    default:
      return undefined;
  }
}

/** `===`; undefined where it is not known. */
export function sameValue(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown') return undefined;
  if (a === b) return true;
  if (a.kind === 'tensor' && b.kind === 'tensor') return a.node === b.node ? true : undefined;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'number':
    case 'boolean':
    case 'string': {
      const [x, y] = [a.value, 'value' in b ? b.value : undefined];
      return x === undefined || y === undefined ? undefined : x === y;
    }
    case 'none':
      return true;
    case 'api':
      return b.kind === 'api' && a.path === b.path;
    case 'function':
      return b.kind === 'function' && a.definition === b.definition ? undefined : false;
    default:
      return false;
  }
}

/** `typeof value`; undefined where it is not known. */
export function typeOfValue(value: Value): string | undefined {
  switch (value.kind) {
    case 'number':
    case 'boolean':
    case 'string':
    case 'function':
      return value.kind;
    case 'none':
      return 'undefined';
    case 'native':
    case 'method':
    case 'class':
      return 'function';
    case 'unknown':
    case 'api':
      return undefined;
    default:
      return 'object';
  }
}
