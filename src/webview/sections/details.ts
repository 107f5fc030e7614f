/** Owns the facts behind the numbers: what the loss received, from which batch, under which Keras, computed by what. */
import { html, type TemplateResult } from 'lit';
import type { ResultView } from '../../panel/protocol';
import { post } from '../host';

export function details({ received, batch, keras, kerasBecause, backend, timings }: ResultView): TemplateResult {
  return html`
    <section class="details">
      <h2>Evaluated on</h2>
      <dl>
        ${received.map(({ name, type }) => html`<dt><code>${name}</code></dt><dd>${type}</dd>`)}
        <dt>Batch</dt>
        <dd>${batch}</dd>
        <dt>Contract</dt>
        <dd>${keras} <span class="muted">(${kerasBecause})</span></dd>
        <dt>Backend</dt>
        <dd>
          ${backend.name} ${backend.version} <span class="muted">(${backend.reason})</span>
          ${
            backend.name === 'tensorflow'
              ? ''
              : html`<button class="link" @click=${() => post({ kind: 'command', id: 'installRuntime' })}>Install TensorFlow runtime</button>`
          }
        </dd>
        <dt>Time</dt>
        <dd>${timings}</dd>
      </dl>
    </section>
  `;
}
