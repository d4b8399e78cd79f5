import { randomUUID } from 'node:crypto';
import type { Pattern, Registration, Registry, RegistryWriter, StoredFingerprint } from '#libs/registry';

export const MODEL = digestOf(1);
export const OTHER_MODEL = digestOf(2);

/** "sha256:" and 64 digits that say `number`. */
export function digestOf(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

/** A pattern of a picture of its own. */
export function makePattern(): Pattern {
  const hex = `${randomUUID()}${randomUUID()}`.replaceAll('-', '');
  return {
    patternId: randomUUID(),
    pictureDigest: `sha256:${hex}`,
    mediaType: 'image/png',
    width: 640,
    height: 480,
  };
}

/** An application for this pattern. */
export function makeRegistration(pattern: Pattern, change: Partial<Registration> = {}): Registration {
  return {
    registrationId: randomUUID(),
    patternId: pattern.patternId,
    province: 'zhejiang',
    registrationNumber: null,
    state: 'applied',
    title: '缠枝莲',
    category: 'F',
    owner: '绍兴某纺织有限公司',
    centre: '绍兴柯桥',
    completedOn: null,
    firstPublishedOn: null,
    registeredOn: null,
    filedAt: '2026-03-01T08:30:00.123Z',
    reason: '',
    ...change,
  };
}

/** Four bytes by `MODEL`. */
export function fingerprint(): StoredFingerprint {
  return { modelDigest: MODEL, bytes: Uint8Array.of(0, 1, 254, 255) };
}

/** A picture and one registration of it. */
export async function insert(
  writer: RegistryWriter,
  pattern: Pattern,
  registration: Registration,
): Promise<void> {
  await writer.insertPattern(pattern, fingerprint());
  await writer.insertRegistration(registration);
}

/** Applications, each of its own picture, in one transaction; their ids in order. */
export async function insertSome(registry: Registry, count: number): Promise<string[]> {
  const ids: string[] = [];
  await registry.transaction(async (writer) => {
    for (let i = 0; i < count; i += 1) {
      const pattern = makePattern();
      const registration = makeRegistration(pattern);
      await insert(writer, pattern, registration);
      ids.push(registration.registrationId);
    }
  });
  return ids;
}

/** As the writer's `lock`, of a registration that is there. */
export async function lockExisting(writer: RegistryWriter, id: string | undefined): Promise<Registration> {
  const registration = await writer.lock(String(id));
  if (registration === undefined) {
    throw new Error(`no registration ${id}`);
  }
  return registration;
}

/** A gate that is shut until `open` is called. */
export function openLater(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Some milliseconds in which others run. */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
}
