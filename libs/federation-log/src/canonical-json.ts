import canonicalize from 'canonicalize';
import { isCanonicalText, MAX_DEPTH } from './canonical-text.js';
import { FederationLogError } from './errors.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The RFC 8785 form of a JSON value. What JSON cannot say is refused, never dropped: undefined, NaN, infinities, lone
 * surrogates, functions, dates, class instances.
 * @throws FederationLogError NO_CANONICAL_FORM
 */
export function canonicalJson(value: unknown): string {
  refuseNonJson(value, 0);
  const text = canonicalize(value);
  if (text === undefined) {
    throw new FederationLogError('NO_CANONICAL_FORM', 'The value is not JSON.');
  }
  return text;
}

/** UTF-8 bytes of the RFC 8785 form: what is signed and hashed. @throws FederationLogError NO_CANONICAL_FORM */
export function canonicalBytes(value: unknown): Uint8Array {
  return encoder.encode(canonicalJson(value));
}

/**
 * The value that these bytes are the RFC 8785 form of.
 * @throws FederationLogError MALFORMED if they are not UTF-8 JSON; NO_CANONICAL_FORM if it has none; NOT_CANONICAL if they are
 *   another form of it
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = decoder.decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new FederationLogError('MALFORMED', 'The payload is not JSON in UTF-8.', { cause });
  }
  if (!isCanonicalText(text)) {
    refuseNonJson(value, 0);
    throw new FederationLogError('NOT_CANONICAL', 'The payload is not in its RFC 8785 form.');
  }
  return value;
}

function refuseNonJson(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new FederationLogError('NO_CANONICAL_FORM', `The value is nested more than ${MAX_DEPTH} deep.`);
  }
  if (value === null || typeof value === 'boolean') {
    return;
  }
  if (typeof value === 'string') {
    refuseLoneSurrogates(value);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) {
      throw new FederationLogError('NO_CANONICAL_FORM', 'NaN and infinities are not JSON.');
    }
  } else if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      refuseNonJson(item, depth + 1);
    }
  } else if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      refuseLoneSurrogates(key);
      refuseNonJson(item, depth + 1);
    }
  } else {
    throw new FederationLogError('NO_CANONICAL_FORM', `A value of type ${typeof value} is not JSON.`);
  }
}

/** True also for objects of another realm and for those without a prototype. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Object.getOwnPropertySymbols(value).length > 0) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === null || Object.getPrototypeOf(prototype) === null) &&
    typeof Reflect.get(value, 'toJSON') !== 'function'
  );
}

function refuseLoneSurrogates(text: string): void {
  if (LONE_SURROGATE.test(text)) {
    throw new FederationLogError('NO_CANONICAL_FORM', 'A lone surrogate is not Unicode text.');
  }
}
