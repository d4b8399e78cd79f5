const WOULD_RUN = /^'*[=+\-@\t\r]/u;
const GUARDED = /^'+[=+\-@\t\r]/u;

/** A cell that no spreadsheet runs as a formula: one quotation mark more before what would. */
export function guardFormula(text: string): string {
  return WOULD_RUN.test(text) ? `'${text}` : text;
}

/** Takes the guard off again: `unguardFormula(guardFormula(x))` is x. */
export function unguardFormula(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
