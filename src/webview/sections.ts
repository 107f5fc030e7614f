/** Owns the order of the panel's sections. A section is a function of the result; it gives `nothing` where it has nothing to say. */
import type { nothing, TemplateResult } from 'lit';
import type { PanelState, ResultView } from '../panel/protocol';
import { details } from './sections/details';
import { findings } from './sections/findings';
import { gradients } from './sections/gradients';
import { terms } from './sections/terms';
import { valueSection } from './sections/value';

export type Section = (result: ResultView, state: PanelState) => TemplateResult | typeof nothing;

export const SECTIONS: readonly Section[] = [valueSection, findings, gradients, terms, details];
