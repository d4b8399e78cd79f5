/** How a receipt stands: not there yet; cosigned by enough witnesses, or by too few; or not what it should be. */
export const RECEIPT_STATES = ['PENDING', 'WITNESSED', 'UNWITNESSED', 'INVALID'] as const;
export type ReceiptState = (typeof RECEIPT_STATES)[number];

/** What a receipt is about: the asker's question, a member's answer, the coordinator's result, or the asker's own judgement. */
export const RECEIPT_ABOUT = ['question', 'answer', 'result', 'judgement'] as const;
