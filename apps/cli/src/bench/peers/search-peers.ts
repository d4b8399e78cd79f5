import { Faiss } from './faiss.js';
import { Pgvector } from './pgvector.js';
import { PlainJavascript } from './plain-javascript.js';
import type { SearchPeer } from './search-peer.js';
import { Usearch } from './usearch.js';

/** All that the exact index is measured beside. */
export function searchPeers(): SearchPeer[] {
  return [new PlainJavascript(), new Usearch(), new Faiss(), new Pgvector(false), new Pgvector(true)];
}
