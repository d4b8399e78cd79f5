import {
  type Check,
  type CheckReceipt,
  type CheckSequel,
  type CheckStore,
  isWitnessed,
  type ReceiptStore,
} from '#libs/registry';

/** A check with the receipts that are there by now, and what came after it. */
export type ReceiptedCheck = Check &
  CheckSequel & { readonly witnessed: boolean; readonly receipts: CheckReceipt[] };

/** Adds to a check what is there of its receipts, and what came after it. */
export async function withReceipts(
  store: Pick<ReceiptStore, 'ofCheck'>,
  checks: Pick<CheckStore, 'sequel'>,
  check: Check,
): Promise<ReceiptedCheck> {
  const [receipts, sequel] = await Promise.all([store.ofCheck(check.checkId), checks.sequel(check.checkId)]);
  return { ...check, ...sequel, witnessed: isWitnessed(receipts), receipts };
}
