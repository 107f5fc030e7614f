/** Owns what of TensorFlow.js deals with memory, backends and time: mostly nothing, for a loss that is traced. */

import { compareDims } from '../../shape/dim';
import { sizeOf } from '../../shape/shape';
import type { ApiEntry } from '../../value/api';
import { boolean, float, NONE, string, type Value } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';

const ignored: ApiEntry = entry('*args', () => NONE);

export const TFJS_ENGINE: ApiTable = {
  /** Called with a function, or a name and a function. */
  'tfjs.tidy': entry('nameOrFn, fn=None', (c, a) => c.call(knownValue(c, a.value(a.value('fn').kind === 'none' ? 'nameOrFn' : 'fn')), [])),
  'tfjs.keep': entry('result', (_c, a) => a.value('result')),
  'tfjs.util.assert tfjs.util.assertShapesMatch tfjs.util.assertNonNull': ignored,
  'tfjs.dispose tfjs.disposeVariables tfjs.print tfjs.ready tfjs.nextFrame tfjs.setBackend tfjs.enableProdMode tfjs.enableDebugMode':
    ignored,
  'tfjs.util.arraysEqual': entry('a, b', (_c, a) => {
    const [x, y] = [a.shape('a'), a.shape('b')];
    const differ = x.length !== y.length || x.some((dim, i) => compareDims(dim, y[i] ?? 0) === 'different');
    return boolean(differ ? false : x.every((dim, i) => compareDims(dim, y[i] ?? 0) === 'equal') ? true : undefined);
  }),
  'tfjs.getBackend': entry('', () => string('cpu')),
  'tfjs.backend': entry('', () => backend()),
  'tfjs.util.sizeFromShape': entry('shape', (_c, a) => {
    const size = sizeOf(a.shape('shape'));
    return typeof size === 'number'
      ? { kind: 'number', float: false, value: size }
      : { kind: 'number', float: false, value: undefined, size };
  }),
};

function backend(): Value {
  return {
    kind: 'object',
    type: 'tfjs.KernelBackend',
    attributes: new Map(),
    methods: new Map([['epsilon', entry('', () => float(1e-7))]]),
  };
}
