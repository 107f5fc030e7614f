/** Owns the estimate of what an evaluation needs, made before it allocates: the sum of the sizes of a graph's nodes. */
import type { GraphBuilder } from '../graph/build';
import { KernelError } from '../graph/kernelError';
import { isComplex } from '../shape/dtype';
import { shapeText } from '../shape/shapeText';

const BYTES_PER_ELEMENT = 4;

/** Adds up nodes as they are appended; throws when they exceed the limit. */
export class MemoryEstimate {
  private bytes = 0;
  private counted = 0;

  constructor(private readonly limit: number) {}

  check(build: GraphBuilder): void {
    const nodes = build.nodes;
    for (; this.counted < nodes.length; this.counted++) {
      const node = nodes[this.counted];
      if (node === undefined) continue;
      const size = node.type.shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
      const bytes = size * BYTES_PER_ELEMENT * (isComplex(node.type.dtype) ? 2 : 1);
      this.bytes += bytes;
      if (this.bytes > this.limit)
        throw new KernelError('memory', this.message(`${node.op} makes ${shapeText(node.type.shape)}, ${megabytes(bytes)}`));
    }
  }

  private message(largest: string): string {
    return `evaluating it would take more than ${megabytes(this.limit)} of memory (${largest}); use a smaller batch`;
  }
}

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
