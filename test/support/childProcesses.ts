/** Owns finding the processes that one workbench's extension has started, by a mark in their environment. Linux only, as code-server's route is. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the evaluating processes whose environment has `name=value`. */
export function evaluatingProcesses(name: string, value: string): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((id) => read(id, 'cmdline').includes('dist/child.js') && read(id, 'environ').split('\0').includes(`${name}=${value}`))
    .map(Number);
}

/** Processes come and go while they are listed. */
function read(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
