import type { CheckReport } from '../../../apps/cli/src/client/check-report.js';

/** All that was acknowledged to whoever asked for it, and so must be there whatever dies. */
export class Ledger {
  readonly registrations: { readonly province: string; readonly registrationId: string }[] = [];
  readonly checks: { readonly province: string; readonly check: CheckReport }[] = [];
  readonly decisions: {
    readonly province: string;
    readonly checkId: string;
    readonly decisionId: string;
  }[] = [];
  /** Titles of pages that were begun, and whether each was acknowledged. */
  readonly pages = new Map<string, { readonly province: string; committed: boolean }>();
  /** Requests that failed, by what they failed of. */
  readonly failures = new Map<string, number>();

  noteFailure(what: string): void {
    this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
  }

  get summary(): Record<string, unknown> {
    const pages = [...this.pages.values()];
    return {
      acknowledged: {
        registrations: this.registrations.length,
        checks: this.checks.length,
        'checks answered in full': this.checks.filter(({ check }) => check.complete).length,
        decisions: this.decisions.length,
        'pages of 64 imported': pages.filter(({ committed }) => committed).length,
      },
      'pages cut off': pages.filter(({ committed }) => !committed).length,
      'requests refused or cut off': Object.fromEntries(this.failures),
    };
  }
}
