import { type Directory } from '#libs/federation-log';
import { type Calibration, type Clock, type ProvinceId } from '#libs/registry';
import { makeHome, type WeftHome } from '../home/weft-home.js';
import { ensureAuthority, ensureCertificate } from './certificate-files.js';
import { coordinatorSubject, provinceSubject } from './certificates.js';
import { ensureDirectory, ensureKey, type Addresses, type PartyKeys } from './directory-files.js';

/** What a development federation needs of keys. */
export interface DevelopmentFederation {
  readonly members: readonly ProvinceId[];
  readonly addresses: Addresses;
  readonly calibration: Calibration;
  readonly clock: Clock;
}

/**
 * Makes what is missing of a development federation on one machine: authority, certificates, keys of statements and logs,
 * pinned founders and the signed directory. Secrets get mode 0600.
 * @returns the directory in force
 * @throws Problem naming the file that is wrong or cannot be written
 */
export async function ensureDevelopmentKeys(
  home: WeftHome,
  federation: DevelopmentFederation,
): Promise<Directory> {
  const now = federation.clock.now();
  makeHome(home, federation.members);
  const authority = await ensureAuthority(home, now);
  await ensureCertificate(home.coordinator, coordinatorSubject(), authority, now);
  const coordinator = {
    statement: await ensureKey(home.coordinator.signingKey),
    log: await ensureKey(home.coordinator.logKey),
  };
  const nodes = new Map<ProvinceId, PartyKeys>();
  for (const province of federation.members) {
    const party = home.province(province);
    await ensureCertificate(party, provinceSubject(province), authority, now);
    nodes.set(province, {
      statement: await ensureKey(party.signingKey),
      log: await ensureKey(party.logKey),
      witness: await ensureKey(party.witnessKey),
    });
  }
  return ensureDirectory(home, { coordinator, nodes }, federation.addresses, federation.calibration, now);
}
