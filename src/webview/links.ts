/** Owns what texts of the page hold beside words: links to a place in the source or to an explanation, and source text. */
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

/** What stands between backticks is source text. */
export function withCode(message: string): (string | TemplateResult)[] {
  return message.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`));
}
