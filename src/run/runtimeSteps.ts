/** What the steps of a runtime installation share: progress, cancellation, finding programs. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export interface InstallSteps {
  readonly progress: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The full path of a program on PATH. */
export function findProgram(name: string): string | undefined {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (folder !== '' && isExecutable(file)) return file;
    }
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
