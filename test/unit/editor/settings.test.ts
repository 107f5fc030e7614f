/** Settings of any form are read without a fault: what is not understood has its default. */
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/base/problem';
import { readSettings, withSeverities } from '../../../src/editor/settings';

const DEFAULTS = { keras: 'auto', severity: {}, inlayHints: true, codeLens: true, backend: 'auto', timeout: 15, runtimePath: '' };
const read = (values: Readonly<Record<string, unknown>>) => readSettings((name) => values[name]);

describe('settings', () => {
  it.each<[Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [{}, {}],
    [
      { keras: '2', timeout: 3, runtimePath: ' /opt/tfjs ' },
      { keras: 2, timeout: 3, runtimePath: '/opt/tfjs' },
    ],
    [{ keras: 3 }, { keras: 3 }],
    [{ keras: 4, severity: 3, backend: 'gpu', timeout: -1, inlayHints: 'yes' }, {}],
    [{ severity: { 'axis-out-of-range': 'off' } }, { severity: { 'axis-out-of-range': 'off' } }],
  ])('%j', (values, expected) => expect(read(values)).toEqual({ ...DEFAULTS, ...expected }));

  it('change severities, or silence a code', () => {
    const problem = (code: string): Problem => ({
      code,
      severity: 'error',
      message: code,
      span: { document: 'd', start: 0, end: 1 },
      loss: null,
      related: [],
      fixes: [],
    });
    const shown = withSeverities([problem('a'), problem('b'), problem('c')], { a: 'off', b: 'hint' });
    expect(shown.map(({ code, severity }) => [code, severity])).toEqual([
      ['b', 'hint'],
      ['c', 'error'],
    ]);
  });
});
