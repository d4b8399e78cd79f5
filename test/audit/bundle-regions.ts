import { z } from 'zod';
import { parseBundle, type Bundle, type Fault } from '#libs/audit';
import {
  FederationLogError,
  parseCheckpoint,
  parseNote,
  parseReceipt,
  signedDirectorySchema,
} from '#libs/federation-log';

/** Some bytes of a bundle's file, and the class by which a change of any of them must be refused while the file still is a bundle. */
export interface Region {
  readonly name: string;
  /** Offsets in the file; `to` is the one after the last. */
  readonly from: number;
  readonly to: number;
  /** @param changed what the file says after the change */
  due(changed: string): Fault;
}

type Due = Region['due'];
/** A part of a text, by offsets in it. */
type Part = readonly [name: string, from: number, to: number, due: Due];

const always =
  (fault: Fault): Due =>
  () =>
    fault;

/** The class by which a bundle with this change must be refused. */
export function dueFault(region: Region, changed: Uint8Array): Fault {
  const bundle = parseBundle(changed);
  if (typeof bundle === 'string' || !bundle.receipts.every(isReceipt)) return 'NOT_A_BUNDLE';
  return region.due(Buffer.from(changed.subarray(region.from, region.to)).toString());
}

/** Every region of a bundle's file; those that lie in others stand before them, and the last is the whole file. */
export function regionsOf(file: Uint8Array, bundle: Bundle): Region[] {
  const text = Buffer.from(file);
  const regions: Region[] = [];
  /** A string of the bundle with its parts, wherever they lie in the file; `before` tells it from an equal one. */
  const string = (before: string, value: string, parts: readonly Part[]): void => {
    const start = text.indexOf(`${before}${JSON.stringify(value)}`) + Buffer.byteLength(before) + 1;
    const at = (offset: number): number => start + Buffer.byteLength(written(value.slice(0, offset)));
    for (const [name, from, to, due] of parts) regions.push({ name, from: at(from), to: at(to), due });
  };
  const value = (name: string, before: string, json: unknown, due: Due): void => {
    const start = text.indexOf(before) + Buffer.byteLength(before);
    const to = start + Buffer.byteLength(JSON.stringify(json));
    regions.push({ name, from: start, to, due });
  };
  for (const { province, answer } of bundle.answers) {
    string('"answer":', answer, jwsParts(`answer of ${province}`, answer, always('BAD_SIGNATURE')));
  }
  const { payload, signatures } = signedDirectorySchema.parse(bundle.directory);
  string('"payload":', payload, [['directory payload', 0, payload.length, always('BAD_SIGNATURE')]]);
  for (const [place, part] of signatures.entries()) {
    const name = `directory signature ${place}`;
    string('"protected":', part.protected, [
      [`${name} header`, 0, part.protected.length, headerFault(part.protected)],
    ]);
    string('"signature":', part.signature, [[name, 0, part.signature.length, always('BAD_SIGNATURE')]]);
  }
  string('"question":', bundle.question, jwsParts('question', bundle.question, askerFault));
  const result = bundle.result ?? '';
  string('"result":', result, jwsParts('result', result, always('BAD_SIGNATURE')));
  for (const [place, receipt] of bundle.receipts.entries()) {
    string('', receipt, receiptParts(`receipt ${place}`, receipt));
  }
  value('directory', '"directory":', bundle.directory, always('BAD_SIGNATURE'));
  value('judgement', '"judgement":', bundle.judgement, always('VERDICT_CONTRADICTS'));
  regions.push({ name: 'all else', from: 0, to: file.length, due: always('NOT_A_BUNDLE') });
  return regions;
}

function written(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The parts of a compact JWS; a change of a dot leaves none. */
function jwsParts(name: string, jws: string, payloadDue: Due): Part[] {
  const [header = '', payload = ''] = jws.split('.');
  const second = header.length + 1 + payload.length;
  return [
    [`${name} header`, 0, header.length, headerFault(header)],
    [`${name} payload`, header.length + 1, second, payloadDue],
    [`${name} signature`, second + 1, jws.length, always('BAD_SIGNATURE')],
    [`${name} dots`, 0, jws.length, always('BAD_SIGNATURE')],
  ];
}

/** Another key is named: it is not known. Anything else is no header, or not the signed one. */
function headerFault(header: string): Due {
  const before = decoded(header);
  return (changed) => {
    const now = decoded(changed);
    const others = ({ alg, typ }: Record<string, unknown>) => JSON.stringify([alg, typ]);
    if (before === null || now === null || Object.keys(now).length !== 3) return 'BAD_SIGNATURE';
    const { kid } = now;
    const named = typeof kid === 'string' && kid.length > 0 && kid.length <= 64 && kid !== before['kid'];
    return named && others(now) === others(before) ? 'UNKNOWN_KEY' : 'BAD_SIGNATURE';
  };
}

/** A question of somebody who is no member is under no known key. */
const askerFault: Due = (changed) => {
  const { data } = z.object({ asker: z.string().min(1) }).safeParse(decoded(changed));
  return data === undefined || data.asker === 'zhejiang' ? 'BAD_SIGNATURE' : 'UNKNOWN_KEY';
};

function decoded(segment: string): Record<string, unknown> | null {
  if (!/^[A-Za-z0-9_-]+$/.test(segment)) return null;
  try {
    const bytes = Buffer.from(segment, 'base64url');
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return z.record(z.string(), z.unknown()).parse(value);
  } catch {
    return null;
  }
}

function receiptParts(name: string, text: string): Part[] {
  const parts: Part[] = [];
  const split = text.indexOf('\n\n');
  let at = 0;
  let section: 'proof' | 'text' | 'signatures' = 'proof';
  let line = 0;
  for (const content of text.split('\n')) {
    const end = at + content.length;
    if (content === '') {
      section = at > split + 2 ? 'signatures' : 'text';
      line = 0;
    } else {
      parts.push(
        ...lineParts(name, section, line, content).map(([n, a, b, due]): Part => [n, at + a, at + b, due]),
      );
      line += 1;
    }
    at = end + 1;
  }
  return [...parts, [`${name} form`, 0, text.length, always('NOT_A_BUNDLE')]];
}

function lineParts(
  name: string,
  section: 'proof' | 'text' | 'signatures',
  line: number,
  content: string,
): Part[] {
  const from = content.lastIndexOf(' ') + 1;
  const end = content.length;
  if (section === 'proof') {
    if (line === 0) return [];
    const what = content.startsWith('extra ') ? 'entry' : content.startsWith('index ') ? 'index' : 'proof';
    return [[`${name} ${what}`, from, end, always('ALTERED_ENTRY')]];
  }
  if (section === 'text') {
    const what = ['origin', 'size', 'root'][line] ?? 'extension';
    return [[`${name} ${what}`, 0, end, always(what === 'origin' ? 'UNKNOWN_KEY' : 'BAD_SIGNATURE')]];
  }
  const key = keyId(content.slice(from));
  const signature: Due = (changed) => (keyId(changed) === key ? 'BAD_SIGNATURE' : 'UNKNOWN_KEY');
  return [
    [`${name} signer`, 2, from - 1, always('UNKNOWN_KEY')],
    [`${name} signature`, from, end, signature],
  ];
}

function keyId(base64: string): string {
  return Buffer.from(base64, 'base64').subarray(0, 4).toString('hex');
}

function isReceipt(text: string): boolean {
  try {
    parseCheckpoint(parseNote(parseReceipt(text).checkpoint).text);
    return true;
  } catch (error) {
    if (error instanceof FederationLogError) return false;
    throw error;
  }
}
