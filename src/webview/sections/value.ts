/** Owns the section of the loss itself: the number that training minimizes, and the values that it is made of. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ResultView } from '../../panel/protocol';
import '../tensorChart';
import { factsOf } from '../tensorFacts';

export function valueSection({ reduced, reducedNote, value }: ResultView): TemplateResult {
  return html`
    <section class="value">
      <div class="reduced">
        <span class="label">Loss</span>
        <output class="number" aria-label="Loss">${reduced}</output>
        <span class="muted">${reducedNote}</span>
      </div>
      ${
        value.shape.length === 0
          ? nothing
          : html`
            <h2>Value <span class="type">${value.type}</span></h2>
            ${factsOf(value)}
            <tensor-chart .tensor=${value} .name=${'value'}></tensor-chart>
          `
      }
    </section>
  `;
}
