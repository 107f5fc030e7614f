/** Owns the panel's head: which loss, and whether its numbers are being computed, stale or current. */
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../panel/protocol';
import { post } from './host';
import { placeLink } from './links';

export function header(state: PanelState): TemplateResult {
  const { loss, file, line, place, running } = state;
  const where = line === null ? file : `${file}:${line}`;
  return html`
    <header>
      <div class="title">
        <h1>${loss}</h1>
        <span class="muted">${place === null ? where : placeLink(place, where, `Show ${loss} in ${file}`)}</span>
      </div>
      ${
        running === null
          ? html`<vscode-button class="action" @click=${() => post({ kind: 'run' })}>Run again</vscode-button>`
          : html`<vscode-button class="action" secondary @click=${() => post({ kind: 'cancel' })}>Cancel</vscode-button>`
      }
      ${running === null ? nothing : html`<vscode-progress-bar indeterminate aria-label="Evaluating"></vscode-progress-bar>`}
    </header>
    <p class="status" role="status">${status(state)}</p>
  `;
}

function status({ running, stale, result, failure }: PanelState): TemplateResult | typeof nothing {
  if (running !== null)
    return html`<span class="dot running"></span>${running}…${result === null ? nothing : ' The numbers are from before.'}`;
  if (stale !== null) return html`<span class="dot stale"></span>${stale}`;
  if (result === null || failure !== null) return nothing;
  const { backend, keras } = result;
  return html`<span class="dot current"></span>Current · ${keras} · ${backend.name} ${backend.version}`;
}
