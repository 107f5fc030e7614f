/** Owns the section of gradients: that of the prediction drawn, those of other inputs folded away; none is told apart from zero. */
import { html, nothing, type TemplateResult } from 'lit';
import type { GradientView, ResultView } from '../../panel/protocol';
import '../tensorChart';
import { factsOf } from '../tensorFacts';

export function gradients({ gradients: all }: ResultView): TemplateResult | typeof nothing {
  const [first, ...others] = all;
  if (first === undefined) return nothing;
  return html`
    <section class="gradients">
      <h2>Gradient of the loss with respect to <code>${first.name}</code> ${typeOf(first)}</h2>
      ${content(first)}
      ${others.map(
        (gradient) => html`
          <details>
            <summary>With respect to <code>${gradient.name}</code> ${typeOf(gradient)}</summary>
            ${content(gradient)}
          </details>
        `,
      )}
    </section>
  `;
}

function typeOf(gradient: GradientView): TemplateResult | typeof nothing {
  return gradient.kind === 'none' ? nothing : html`<span class="type">${gradient.tensor.type}</span>`;
}

function content(gradient: GradientView): TemplateResult {
  if (gradient.kind === 'none') {
    const effect = gradient.role === 'y_pred' ? 'Training with this loss changes nothing.' : '';
    return html`<p class="empty"><strong>No gradient.</strong> The loss does not depend on ${gradient.name} in a differentiable way (None in TensorFlow). ${effect}</p>`;
  }
  if (gradient.kind === 'zero') {
    return html`<p class="empty"><strong>Zero everywhere.</strong> A gradient reaches ${gradient.name}, and on this batch all of it is 0.</p>`;
  }
  const { tensor, norm, name } = gradient;
  return html`${factsOf(tensor, ['norm', norm])}
    <p class="facts">
      <span class="legend"><span class="swatch"></span>the loss rises with ${name}</span>
      <span class="legend"><span class="swatch negative"></span>falls</span>
    </p>
    <tensor-chart .tensor=${tensor} .name=${`gradient of ${name}`}></tensor-chart>`;
}
