/** Owns the line to the extension: typed messages both ways, and what VS Code keeps for a restart. */
import type { FromPage, SavedPanel, ToPage } from '../panel/protocol';

interface VsCodeApi {
  postMessage(message: FromPage): void;
  setState(state: SavedPanel): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export function post(message: FromPage): void {
  api.postMessage(message);
}

/** Calls `receive` for each state; tells the extension that the page is there. */
export function connect(receive: (message: ToPage) => void): void {
  window.addEventListener('message', (event: MessageEvent<ToPage>) => {
    if (event.data?.kind !== 'state') return;
    api.setState(event.data.saved);
    receive(event.data);
  });
  post({ kind: 'ready' });
}
