/** Owns how long a sequence may get that a trace follows: programs can make ones that fill any memory, which no step budget sees. */
import type { CallContext } from '../value/api';

export const LONGEST_SEQUENCE = 100_000;

/** The length, or the end of what is followed. To be asked before the sequence is made. */
export function followedLength(context: Pick<CallContext, 'unknown'>, length: number): number {
  return length > LONGEST_SEQUENCE ? context.unknown('a sequence of more than 100 000 items') : length;
}
