/** Owns the check of `--shapes`, before anything is read. */
import { isDirectiveError, parseDirective } from '../batch/directive';
import { UsageError } from './options';

export function checkShapes(shapes: string): void {
  const read = parseDirective(shapes);
  if (isDirectiveError(read))
    throw new UsageError(`--shapes cannot be read: ${read.message} (at "${shapes.slice(read.start, read.start + 20)}")`);
  if (read.inputs.length === 0) throw new UsageError('--shapes names no input, as in "y_true (6,) float32, y_pred (6, 1) float32"');
}
