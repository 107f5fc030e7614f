/** Owns pictures: one image a sample, channels averaged. All share one scale. */
import type { ChartInput } from '../tensorChart';
import { largestOf, palette } from './colors';
import { described } from './described';
import { matrixCanvas } from './pixels';

const MOST_PICTURES = 16;

export function pictures({ data, shape, name }: ChartInput): Element {
  const [samples = 0, height = 0, width = 0, ...channels] = shape;
  const depth = channels.reduce((a, b) => a * b, 1);
  const size = height * width;
  const largest = largestOf(data);
  const colors = palette();
  const grid = document.createElement('div');
  grid.className = 'pictures';
  const shown = Math.min(samples, MOST_PICTURES);
  for (let sample = 0; sample < shown; sample++) {
    const values = meansOfChannels(data.subarray(sample * size * depth, (sample + 1) * size * depth), size, depth);
    const figure = grid.appendChild(document.createElement('figure'));
    figure.append(matrixCanvas(values, height, width, largest, colors), caption(`sample ${sample}`));
  }
  const rest = samples > shown ? ` The first ${shown} of ${samples} are drawn.` : '';
  return described(grid, `Pictures of ${name}, ${height} by ${width}, one for each sample.${rest}`);
}

function meansOfChannels(data: Float32Array, size: number, depth: number): Float32Array {
  if (depth === 1) return data;
  return Float32Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let channel = 0; channel < depth; channel++) sum += data[i * depth + channel] ?? 0;
    return sum / depth;
  });
}

function caption(text: string): HTMLElement {
  const element = document.createElement('figcaption');
  element.textContent = text;
  return element;
}
