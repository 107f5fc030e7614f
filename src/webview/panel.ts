/** Owns the page's root element: keeps the state that the extension sent and lays out header, message and sections. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { PanelState, ToPage } from '../panel/protocol';
import { failureBox } from './failure';
import { header } from './header';
import { connect } from './host';
import { SECTIONS } from './sections';

class LossLabPanel extends LitElement {
  private state: PanelState | undefined;

  /** The style sheet of the page is the only one: nothing here needs a shadow. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    connect((message) => this.receive(message));
    // Charts resolve colours when they are drawn.
    new MutationObserver(() => this.requestUpdate()).observe(document.body, { attributeFilter: ['class'] });
  }

  private receive({ state, result }: ToPage): void {
    this.state = { ...state, result: result === undefined ? (this.state?.result ?? null) : result };
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { state } = this;
    if (state === undefined) return html`<p class="muted">Waiting for Loss Lab…</p>`;
    const { result } = state;
    return html`
      ${header(state)}
      <main>
        ${state.failure === null ? nothing : failureBox(state.failure, state.running !== null)}
        ${result === null ? waiting(state) : html`<div class=${state.stale === null ? 'result' : 'result stale'}>${SECTIONS.map((section) => section(result, state))}</div>`}
      </main>
    `;
  }
}

function waiting(state: PanelState): TemplateResult | typeof nothing {
  return state.failure === null ? html`<p class="muted waiting">The first evaluation starts the process that computes.</p>` : nothing;
}

customElements.define('loss-lab-panel', LossLabPanel);
