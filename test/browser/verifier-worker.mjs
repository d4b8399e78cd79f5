/** The auditor's library in a worker of a browser: no module of Node.js, the browser's own cryptography passed in. */
import { openPolicy, verifyBundle, verifyLog } from '#libs/audit';

const ROUNDS = constants();

/** FIPS 180-4; the library's hashing waits for nothing, and the browser's does. */
function sha256(bytes) {
  const length = (((bytes.length + 8) >> 6) + 1) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, bytes.length << 3);
  const state = Int32Array.from(ROUNDS.initial);
  const words = new Int32Array(64);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  for (let block = 0; block < length; block += 64) {
    for (let at = 0; at < 64; at += 1) {
      if (at < 16) words[at] = view.getInt32(block + 4 * at);
      else {
        const [older, newer] = [words[at - 15], words[at - 2]];
        const first = turn(older, 7) ^ turn(older, 18) ^ (older >>> 3);
        const second = turn(newer, 17) ^ turn(newer, 19) ^ (newer >>> 10);
        words[at] = words[at - 16] + first + words[at - 7] + second;
      }
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 64; at += 1) {
      const one =
        (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS.keys[at] + words[at]) |
        0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] += word));
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => digest.setInt32(4 * at, word));
  return new Uint8Array(digest.buffer);
}

/** First 32 bits of the fractional parts of the roots of the first primes. */
function constants() {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  return {
    keys: primes.map((prime) => fraction(Math.cbrt(prime))),
    initial: primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime))),
  };
}

const nameOf = (...parts) => parts.map((part) => globalThis.btoa(String.fromCharCode(...part))).join(' ');

/**
 * Runs an audit whose signatures the browser verifies, which takes a promise: they are noted in a first run, verified, and
 * answered in a second.
 */
async function audit(work) {
  const noted = new Map();
  await work({
    sha256,
    ed25519: (key) => (message, signature) => {
      noted.set(nameOf(key, message, signature), [key, message, signature]);
      return true;
    },
  });
  const good = new Map();
  for (const [name, [key, message, signature]] of noted) {
    const imported = await globalThis.crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
    good.set(name, await globalThis.crypto.subtle.verify('Ed25519', imported, signature, message));
  }
  return work({
    sha256,
    ed25519: (key) => (message, signature) => {
      const verified = good.get(nameOf(key, message, signature));
      if (verified === undefined) throw new Error('a signature was not noted');
      return verified;
    },
  });
}

globalThis.addEventListener('message', async ({ data: { policy, bundle, log } }) => {
  try {
    const report = await audit((library) => {
      const opened = openPolicy(library, policy);
      if (bundle) return verifyBundle(library, opened, Uint8Array.from(bundle));
      const files = new Map(log.map(([path, bytes]) => [path, Uint8Array.from(bytes)]));
      return verifyLog(
        library,
        opened,
        { read: async (path) => files.get(path) ?? null, list: async () => [...files.keys()] },
        { known: [], everyFile: true },
      );
    });
    const { kind, subject, findings, proved } = report;
    globalThis.postMessage({ kind, subject, findings, proved });
  } catch (error) {
    globalThis.postMessage({ failed: String(error) });
  }
});
