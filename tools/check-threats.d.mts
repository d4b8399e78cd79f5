/** Of jest's JSON report. */
interface TestResult {
  readonly name: string;
  readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
}
export function threatFaults(results?: readonly TestResult[], folder?: string): string[];
