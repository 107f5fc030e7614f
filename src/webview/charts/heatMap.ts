/** Owns the heat map: a row a sample. Few cells carry their numbers; many are drawn as pixels. */
import * as Plot from '@observablehq/plot';
import { numberText } from '../../base/numberText';
import type { ChartInput } from '../tensorChart';
import { fillOf, largestOf } from './colors';
import { described } from './described';
import { pixels } from './pixels';

const ROW_HEIGHT = 20;
const MOST_CELLS = 1500;
const NARROWEST_CELL = 12;
/** From this width on a number fits into a cell. */
const NUMBER_WIDTH = 44;
const MARGIN_LEFT = 28;
/** In a wide cell, and in others. */
const DIGITS = { wide: 3, narrow: 2 } as const;
const WIDE = 56;

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

export function heatMap(input: ChartInput): Element {
  const [rows = 0, columns = 0] = input.shape;
  const cellWidth = (input.width - MARGIN_LEFT) / columns;
  const label = `Heat map of ${input.name}, ${rows} rows by ${columns} columns.`;
  if (rows * columns > MOST_CELLS || cellWidth < NARROWEST_CELL) return described(pixels(input, rows, columns), label);
  return described(cells(input, rows, columns, cellWidth), label);
}

function cells({ data, width }: ChartInput, rows: number, columns: number, cellWidth: number): Element {
  const largest = largestOf(data);
  const all = Array.from(data, (value, i): Cell => ({ row: Math.floor(i / columns), column: i % columns, value }));
  return Plot.plot({
    width,
    height: rows * ROW_HEIGHT + 26,
    marginLeft: MARGIN_LEFT,
    marginTop: 22,
    marginRight: 2,
    marginBottom: 2,
    x: { type: 'band', label: null, axis: 'top', tickSize: 0, padding: 0.04, domain: sequence(columns) },
    y: { type: 'band', label: null, tickSize: 0, padding: 0.06, domain: sequence(rows) },
    color: { type: 'identity' },
    marks: [
      Plot.cell(all, { x: 'column', y: 'row', fill: ({ value }: Cell) => fillOf(value, largest), title: titleOf, tip: true, rx: 2 }),
      ...(cellWidth < NUMBER_WIDTH
        ? []
        : [
            Plot.text(all, {
              x: 'column',
              y: 'row',
              text: ({ value }: Cell) => short(value, cellWidth < WIDE ? DIGITS.narrow : DIGITS.wide),
              fill: 'currentColor',
              pointerEvents: 'none',
            }),
          ]),
    ],
  });
}

function sequence(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function short(value: number, digits: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : numberText(value);
}

function titleOf({ row, column, value }: Cell): string {
  return `sample ${row}, column ${column}\n${numberText(value)}`;
}
