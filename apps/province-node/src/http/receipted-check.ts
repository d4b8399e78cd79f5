import { type Check, type CheckReceipt, isWitnessed, type ReceiptStore } from '#libs/registry';

/** A check with the receipts that are there by now. */
export type ReceiptedCheck = Check & { readonly witnessed: boolean; readonly receipts: CheckReceipt[] };

/** Adds to a check what is there of its receipts. */
export async function withReceipts(
  store: Pick<ReceiptStore, 'ofCheck'>,
  check: Check,
): Promise<ReceiptedCheck> {
  const receipts = await store.ofCheck(check.checkId);
  return { ...check, witnessed: isWitnessed(receipts), receipts };
}
