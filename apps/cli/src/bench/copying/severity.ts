/** How strongly a copy differs from its original. */
export const SEVERITIES = ['mild', 'medium', 'hard'] as const;

export type Severity = (typeof SEVERITIES)[number];
