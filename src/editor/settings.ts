/** Owns the settings: their names, their forms, and what holds where a value has another form. */
import * as v from 'valibot';
import type { Problem } from '../base/problem';
import type { BackendRequest } from '../run/protocol';

const SEVERITIES = ['error', 'warning', 'info', 'hint', 'off'] as const;

const KERAS = { auto: 'auto', 2: 2, 3: 3, none: 'none' } as const;
const BACKENDS = ['auto', 'node', 'wasm', 'cpu'] as const satisfies readonly BackendRequest[];

const forms = {
  keras: v.fallback(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.transform(String),
      v.picklist(['auto', '2', '3', 'none']),
      v.transform((name) => KERAS[name as keyof typeof KERAS]),
    ),
    'auto',
  ),
  severity: v.fallback(v.record(v.string(), v.picklist(SEVERITIES)), {}),
  inlayHints: v.fallback(v.boolean(), true),
  codeLens: v.fallback(v.boolean(), true),
  backend: v.fallback(v.picklist(BACKENDS), 'auto'),
  /** Seconds. */
  timeout: v.fallback(v.pipe(v.number(), v.minValue(1)), 15),
  runtimePath: v.fallback(v.pipe(v.string(), v.trim()), ''),
} as const;

export type SettingName = keyof typeof forms;

export type Settings = { readonly [Name in SettingName]: v.InferOutput<(typeof forms)[Name]> };

/** `get` gives what the user wrote, whatever that is. */
export function readSettings(get: (name: SettingName) => unknown): Settings {
  const entries = Object.entries(forms).map(([name, form]) => [name, v.parse(form as v.GenericSchema, get(name as SettingName))]);
  return Object.fromEntries(entries) as Settings;
}

/** Findings with the severities that the user wants them to have. */
export function withSeverities(problems: readonly Problem[], severities: Settings['severity']): readonly Problem[] {
  return problems.flatMap((problem) => {
    const severity = severities[problem.code] ?? problem.severity;
    return severity === 'off' ? [] : [{ ...problem, severity }];
  });
}
