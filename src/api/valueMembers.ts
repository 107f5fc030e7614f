/** Owns methods of strings, lists, dicts and other plain values. */
import type { Library } from '../value/library';

export const valueMember: Library['valueMember'] = () => undefined;
