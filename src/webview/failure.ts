/** Owns the panel's error state: one message, where it happened, the way out. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FailureView } from '../panel/protocol';
import { post } from './host';
import { placeLink, withCode } from './links';

/** `past`: something newer is being computed. */
export function failureBox({ title, message, at, hint, command }: FailureView, past: boolean): TemplateResult {
  return html`
    <section class=${past ? 'failure past' : 'failure'} role="alert">
      <h2>${title}</h2>
      <p class="message">${withCode(message)}</p>
      ${at === null ? nothing : html`<p class="at">${placeLink(at.place, `line ${at.line}`, `Show line ${at.line}`)}<code>${at.text}</code></p>`}
      ${hint === null ? nothing : html`<p class="muted">${hint}</p>`}
      ${command === null ? nothing : html`<vscode-button secondary @click=${() => post({ kind: 'command', id: command.id })}>${command.title}</vscode-button>`}
    </section>
  `;
}
