/** Owns drawing a matrix as one pixel for each element. */
import type { ChartInput } from '../tensorChart';
import { largestOf, type Palette, palette, pixelOf } from './colors';

const TALLEST = 320;

export function pixels({ data, width }: ChartInput, rows: number, columns: number): HTMLCanvasElement {
  const canvas = matrixCanvas(data, rows, columns, largestOf(data), palette());
  canvas.style.width = `${width}px`;
  canvas.style.height = `${Math.min(TALLEST, Math.max(40, rows * 4))}px`;
  return canvas;
}

export function matrixCanvas(data: ArrayLike<number>, rows: number, columns: number, largest: number, colors: Palette): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.className = 'pixels';
  canvas.width = columns;
  canvas.height = rows;
  const image = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const [red, green, blue] = pixelOf(data[i] ?? 0, largest, colors);
    image.data.set([red, green, blue, 255], i * 4);
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
