import { useDepositCopy } from '../api/queries.js';
import { useObjectUrl } from '../app/use-object-url.js';

const SIDE = 128;

/** A deposit copy, small. */
export function Thumb({ registrationId }: { readonly registrationId: string }) {
  const { data } = useDepositCopy(registrationId, SIDE);
  const url = useObjectUrl(data);
  return <span className="thumb">{url && <img src={url} alt="" />}</span>;
}
