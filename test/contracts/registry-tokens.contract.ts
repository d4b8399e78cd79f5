import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Registry } from '#libs/registry';
import type { RegistryUnderTest } from './registry.contract.js';
import { auditEvent } from '../audit-event.js';
import { insertSome } from './registry-samples.js';

/** What a registry knows of clear tokens, and of what is exempt from them. */
export function describeClearTokens(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`registry contract, clear tokens: ${name}`, () => {
    let opened: RegistryUnderTest;
    let registry: Registry;

    beforeEach(async () => {
      opened = await open();
      registry = opened.one;
    });

    afterEach(async () => {
      await opened.close();
    });

    test('uses a clear token once, and not if it does not commit', async () => {
      const [registrationId = ''] = await insertSome(registry, 1);
      const tokenId = randomUUID();
      const use = (then: () => void = () => undefined) =>
        registry.transaction(async (writer) => {
          await writer.useClearToken(tokenId, registrationId);
          then();
        });
      const given = use(() => {
        throw new Error('given up');
      });
      await expect(given).rejects.toThrow('given up');
      await use();
      await expect(use()).rejects.toMatchObject({ code: 'NO_CLEAR_TOKEN', field: 'clearToken' });
    });

    test('knows when its log began', async () => {
      expect(await registry.joinedAt()).toBeNull();
      const appended = (at: string) =>
        registry.transaction((writer) => writer.log.append({ ...auditEvent('1'), at }));
      await appended('2026-03-05T12:00:00.123Z');
      await appended('2026-03-06T12:00:00.000Z');
      expect(await registry.joinedAt()).toBe('2026-03-05T12:00:00.123Z');
    });
  });
}
