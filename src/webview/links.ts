/** Owns links of the page: to a place in the source, to a finding's explanation. */
import { html, type TemplateResult } from 'lit';
import type { Place } from '../panel/protocol';
import { post } from './host';

export function placeLink(place: Place, text: string, label: string): TemplateResult {
  return html`<button class="link" aria-label=${label} title=${label} @click=${() => post({ kind: 'reveal', place })}>${text}</button>`;
}

export function codeLink(code: string): TemplateResult {
  const label = `Explain ${code}`;
  return html`<button class="link code" aria-label=${label} title=${label} @click=${() => post({ kind: 'explain', code })}>${code}</button>`;
}
