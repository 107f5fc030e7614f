/** Owns the name under which a class keeps what assigning to a property calls. */

export function setterName(property: string): string {
  return `set ${property}`;
}
