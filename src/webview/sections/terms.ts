/** Owns the table of named terms: each intermediate of the loss with its range and how strongly the loss depends on it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ResultView, TermView } from '../../panel/protocol';
import { placeLink } from '../links';

export function terms({ terms: all }: ResultView): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const broken = all.some(({ nan, inf }) => nan + inf > 0);
  return html`
    <section class="terms">
      <h2>Named terms</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Line</th>
              <th scope="col">Shape</th>
              <th scope="col" class="n">Min</th>
              <th scope="col" class="n">Mean</th>
              <th scope="col" class="n">Max</th>
              ${broken ? html`<th scope="col" class="n">Not finite</th>` : nothing}
              <th scope="col" class="n" title="Norm of the gradient of the loss with respect to this term">Gradient</th>
            </tr>
          </thead>
          <tbody>${all.map((term) => row(term, broken))}</tbody>
        </table>
      </div>
    </section>
  `;
}

function row(term: TermView, broken: boolean): TemplateResult {
  const { name, line, place, shape, min, mean, max, nan, inf, gradientNorm } = term;
  return html`
    <tr>
      <th scope="row"><code>${name}</code></th>
      <td>${placeLink(place, String(line), `Show ${name} in line ${line}`)}</td>
      <td>${shape}</td>
      <td class="n">${min ?? '–'}</td>
      <td class="n">${mean ?? '–'}</td>
      <td class="n">${max ?? '–'}</td>
      ${broken ? html`<td class="n ${nan + inf > 0 ? 'bad' : ''}">${notFinite(nan, inf)}</td>` : nothing}
      <td class="n">${gradientNorm ?? html`<span class="muted" title="No gradient reaches this term (None in TensorFlow)">none</span>`}</td>
    </tr>
  `;
}

export function notFinite(nan: number, inf: number): string {
  if (nan + inf === 0) return '0';
  return [nan > 0 ? `${nan} NaN` : '', inf > 0 ? `${inf} inf` : ''].filter(Boolean).join(', ');
}
