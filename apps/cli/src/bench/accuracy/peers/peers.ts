import { hashPeer } from './hash-peer.js';
import { imagenetPeer, mustHaveModel } from './imagenet.js';
import { mustHaveOpenCv, orbPeer } from './orb.js';
import { pdqOrientations } from './pdq.js';
import { type Peer } from './peer.js';
import { phashOrientations } from './phash.js';

/** Other methods that a data set can be measured by, by their names on the command line. */
export const PEERS = {
  phash: hashPeer('phash', phashOrientations),
  pdq: hashPeer('pdq', pdqOrientations),
  orb: orbPeer,
  imagenet: imagenetPeer,
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

export const PEER_NAMES = ['phash', 'pdq', 'orb', 'imagenet'] as const satisfies readonly PeerName[];

/** Looks, before anything long begins, whether these methods have what they need. @throws Problem naming option or file */
export function checkPeers(names: readonly PeerName[], imagenetModel: string | undefined): void {
  if (names.includes('orb')) mustHaveOpenCv();
  if (names.includes('imagenet')) mustHaveModel(imagenetModel);
}
