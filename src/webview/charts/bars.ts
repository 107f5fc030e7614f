/** Owns the bar chart: one number a sample. Values that are not finite stand on the axis by name. */
import * as Plot from '@observablehq/plot';
import { numberText } from '../../base/numberText';
import type { ChartInput } from '../tensorChart';
import { BAD, NEGATIVE, POSITIVE } from './colors';
import { described } from './described';

const HEIGHT = 150;
/** More bars than this are drawn without gaps and labels. */
const MOST_LABELS = 40;
/** More than this are not told apart anyway: neighbours are drawn as one. */
const MOST_BARS = 400;

interface Bar {
  readonly sample: number;
  readonly value: number;
}

export function barChart({ data, width, name }: ChartInput): Element | undefined {
  const bars = Array.from(data.subarray(0, MOST_BARS), (value, sample): Bar => ({ sample, value }));
  const finite = bars.filter(({ value }) => Number.isFinite(value));
  const others = bars.filter(({ value }) => !Number.isFinite(value));
  if (finite.length === 0) return undefined;
  const fewer = bars.length <= MOST_LABELS;
  const chart = Plot.plot({
    width,
    height: HEIGHT,
    marginLeft: 52,
    marginBottom: fewer ? 24 : 12,
    marginTop: 10,
    marginRight: 2,
    x: {
      type: 'band',
      label: null,
      domain: bars.map(({ sample }) => sample),
      tickSize: 0,
      padding: fewer ? 0.25 : 0,
      ...(fewer ? {} : { axis: null }),
    },
    y: { label: null, ticks: 4, tickSize: 0, tickFormat: numberText, grid: true, nice: true },
    marks: [
      Plot.barY(finite, {
        x: 'sample',
        y: 'value',
        fill: ({ value }: Bar) => (value < 0 ? NEGATIVE : POSITIVE),
        title: titleOf,
        tip: true,
      }),
      Plot.text(others, {
        x: 'sample',
        y: 0,
        text: ({ value }: Bar) => symbolOf(value),
        fill: BAD,
        dy: -8,
        fontWeight: 'bold',
        title: titleOf,
      }),
      Plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.6 }),
    ],
    color: { type: 'identity' },
  });
  const rest = data.length > MOST_BARS ? ` The first ${MOST_BARS} of ${data.length} are drawn.` : '';
  return described(chart, `Bar chart of ${name}, one bar for each of ${data.length} samples.${rest}`);
}

function titleOf({ sample, value }: Bar): string {
  return `sample ${sample}\n${numberText(value)}`;
}

/** As wide as a bar. */
function symbolOf(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value < 0 ? '−∞' : '∞';
}
