/** Owns asking the built command line, whose numbers the editor must show too. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** `reduced` of `run --json`. */
export function reducedByCommandLine(file: string, loss: string): number {
  const args = [path.resolve('dist/cli.js'), 'run', file, '--loss', loss, '--json'];
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8' });
  return Number((JSON.parse(printed) as { reduced: number | string }).reduced);
}
