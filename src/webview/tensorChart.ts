/** Owns the element that draws a tensor: bars for one number a sample, a heat map for one row a sample, pictures for one image a sample. */
import { LitElement } from 'lit';
import type { TensorView } from '../panel/protocol';
import { barChart } from './charts/bars';
import { heatMap } from './charts/heatMap';
import { pictures } from './charts/pictures';

/** What every chart is given. `data` is rows × columns (× channels averaged away). */
export interface ChartInput {
  readonly data: Float32Array;
  /** Axes of size 1 behind the first are left out. */
  readonly shape: readonly number[];
  readonly width: number;
  /** For those who do not see it. */
  readonly name: string;
}

class TensorChart extends LitElement {
  static override readonly properties = { tensor: { attribute: false }, name: { attribute: false } };

  declare tensor: TensorView | undefined;
  declare name: string;
  private readonly observer = new ResizeObserver(() => this.draw());
  private drawn = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.observer.disconnect();
    super.disconnectedCallback();
  }

  protected override updated(): void {
    this.drawn = 0;
    this.draw();
  }

  /** Again only when the width is another: drawing changes the height, which the observer tells too. */
  private draw(): void {
    const width = Math.floor(this.clientWidth);
    if (this.tensor === undefined || width === 0 || width === this.drawn) return;
    this.drawn = width;
    const { data, shape, omitted } = this.tensor;
    const rows = (shape[0] ?? 1) - omitted;
    const input = {
      data,
      shape: [rows, ...shape.slice(1).filter((size) => size !== 1)],

      width,
      name: this.name,
    };
    const chart = chartOf(input);
    this.replaceChildren(...(chart === undefined ? [] : [chart]));
  }
}

function chartOf(input: ChartInput): Element | undefined {
  const { shape, data } = input;
  if (data.length === 0) return undefined;
  if (shape.length === 1) return barChart(input);
  return shape.length === 2 ? heatMap(input) : pictures(input);
}

customElements.define('tensor-chart', TensorChart);
