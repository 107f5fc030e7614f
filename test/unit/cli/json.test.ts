/** How numbers are written. */
import { expect, it } from 'vitest';
import { jsonNumbers } from '../../../src/cli/json';

it('writes single precision with the digits it has, and what JSON lacks as strings', () => {
  const data = new Float32Array([0.1, 1 / 3, 16777216, -0, Number.NaN, Infinity, -Infinity, 1e-45]);
  const written = jsonNumbers(data);
  expect(written.slice(0, 2)).toEqual([0.1, 0.33333334]);
  expect(written.slice(4, 7)).toEqual(['NaN', 'Infinity', '-Infinity']);
  expect(Float32Array.from([0, 1, 2, 7], (i) => Number(written[i]))).toEqual(Float32Array.from([0, 1, 2, 7], (i) => data[i] ?? 0));
});
