/** What an examiner may find (人工认定): the system screens, a person decides. */
export const DECISION_KINDS = ['duplicate', 'derivative', 'not-a-duplicate', 'needs-more'] as const;

export type DecisionKind = (typeof DECISION_KINDS)[number];

/** Those that let an application go on to registration although the check found something. */
export const LETS_IN: readonly DecisionKind[] = ['derivative', 'not-a-duplicate'];
