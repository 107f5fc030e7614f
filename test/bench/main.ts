/** Runs one part of the measurements in a process of its own; prints JSON. Arguments: the part, the dist folder. */
import { measureEdits } from './edits';
import { measureKernels } from './kernels';
import { measureRuns } from './runs';

const [, , part, dist = 'dist'] = process.argv;

const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  edits: () => measureEdits(dist, 300),
  kernels: measureKernels,
  runs: () => measureRuns(dist, 20),
};

void PARTS[part ?? '']?.().then((found) => console.log(JSON.stringify(found)));
