/** Owns methods and properties of tensors and arrays. */
import type { Library } from '../value/library';

export const tensorMember: Library['tensorMember'] = () => undefined;
