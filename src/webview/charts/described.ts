/** Owns making a chart one picture with a name, for screen readers. */

export function described(chart: Element, label: string): Element {
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', label);
  return chart;
}
