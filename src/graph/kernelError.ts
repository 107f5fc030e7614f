/** Owns the failure of a kernel: a value that the op refuses (an index out of range …), thrown by kernels and located by the executor. */
import type { ErrorKind } from '../base/problem';

export class KernelError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly detail: string,
  ) {
    super(detail);
  }
}
