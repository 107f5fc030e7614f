/** Owns the line of numbers above a chart. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TensorView } from '../panel/protocol';
import { notFinite } from './sections/terms';

export function factsOf({ min, max, mean, nan, inf, omitted, shape }: TensorView, first?: readonly [string, string]): TemplateResult {
  const facts = [first, fact('min', min), fact('mean', mean), fact('max', max)].filter((each) => each !== undefined);
  return html`
    <p class="facts">
      ${facts.map(([name, value]) => html`<span><span class="muted">${name}</span> ${value}</span>`)}
      ${nan + inf === 0 ? nothing : html`<span class="bad">${notFinite(nan, inf)}</span>`}
      ${omitted === 0 ? nothing : html`<span class="muted">first ${(shape[0] ?? 0) - omitted} of ${shape[0]} drawn</span>`}
    </p>
  `;
}

function fact(name: string, value: string | null): readonly [string, string] | undefined {
  return value === null ? undefined : [name, value];
}
