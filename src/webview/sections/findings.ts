/** Owns the section of findings: those of the checker, then what the evaluation showed. What passed is counted, and listed on demand. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FindingSeverity, FindingView, PanelState, ResultView } from '../../panel/protocol';
import { codeLink, placeLink, withCode } from '../links';

const WORDS: Readonly<Record<FindingSeverity, string>> = { error: 'Error', warning: 'Warning', info: 'Info', hint: 'Hint', pass: 'Passed' };

export function findings({ observations }: ResultView, state: PanelState): TemplateResult {
  const all = [...state.findings, ...observations];
  const shown = all.filter(({ severity }) => severity !== 'pass');
  const passed = all.filter(({ severity }) => severity === 'pass');
  return html`
    <section class="findings">
      <h2>Findings</h2>
      ${shown.length === 0 ? nothing : html`<ul>${shown.map(finding)}</ul>`}
      ${
        passed.length === 0
          ? nothing
          : html`<details>
              <summary>${mark('pass')}${passed.length} ${passed.length === 1 ? 'check' : 'checks'} passed</summary>
              <ul>${passed.map(finding)}</ul>
            </details>`
      }
    </section>
  `;
}

function finding({ severity, message, code, line, place }: FindingView): TemplateResult {
  const where = line === null || place === null ? nothing : placeLink(place, `line ${line}`, `Show line ${line}`);
  return html`<li>${mark(severity)}<span>${withCode(message)} ${where} ${code === null ? nothing : codeLink(code)}</span></li>`;
}

function mark(severity: FindingSeverity): TemplateResult {
  return html`<span class="mark ${severity}" role="img" aria-label=${WORDS[severity]} title=${WORDS[severity]}></span>`;
}
