import { trustSchema, type Directory, type SigningKey } from '#libs/federation-log';
import { type Calibration, type Clock, type ProvinceId } from '#libs/registry';
import { makeFolder, readJsonIfThere, readTextIfThere, writeWhole } from '../home/files.js';
import { makeHome, type PartyHome, type ProvinceHome, type WeftHome } from '../home/weft-home.js';
import { ensureAuthority, ensureCertificate } from './certificate-files.js';
import { coordinatorSubject, provinceSubject } from './certificates.js';
import { ensureDirectory, ensureKey, type Addresses, type KeysByUse } from './directory-files.js';

/** What a development federation needs of keys. */
export interface DevelopmentFederation {
  readonly members: readonly ProvinceId[];
  readonly addresses: Addresses;
  readonly calibration: Calibration;
  readonly clock: Clock;
}

/**
 * Makes what is missing of a development federation on one machine: authority, certificates, keys of each use,
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
  const coordinator = await ensureUses(home.coordinator);
  if (federation.addresses.secondCoordinator !== undefined) handToSecondCoordinator(home);
  const nodes = new Map<ProvinceId, KeysByUse>();
  const founders = new Map<ProvinceId, SigningKey>();
  for (const province of federation.members) {
    const party = home.province(province);
    await ensureCertificate(party, provinceSubject(province), authority, now);
    const own = await ensureUses(party);
    nodes.set(province, new Map([...own, ['witness', await ensureKey(party.witnessKey)]]));
    founders.set(province, await ensureFounderKey(home, party));
  }
  const keys = { coordinator, nodes, founders };
  return ensureDirectory(home, keys, federation.addresses, federation.calibration, now);
}

/** What a second process of the coordinator needs: its statements and checkpoints are the coordinator's, and so are its keys. */
export function handToSecondCoordinator({ coordinator, secondCoordinator }: WeftHome): void {
  makeFolder(secondCoordinator.folder);
  const files = ['tlsKey', 'tlsCertificate', 'caCertificate', 'signingKey', 'logKey', 'databaseUrl'] as const;
  for (const file of files) {
    const content = readTextIfThere(coordinator[file]);
    if (content !== undefined) writeWhole(secondCoordinator[file], content);
  }
}

async function ensureUses(party: PartyHome): Promise<KeysByUse> {
  return new Map([
    ['statement', await ensureKey(party.signingKey)],
    ['log', await ensureKey(party.logKey)],
  ]);
}

/** In a home of before bureaus had keys of their own the trust file names those of their nodes. */
async function ensureFounderKey(
  home: WeftHome,
  { founderKey, province, signingKey }: ProvinceHome,
): Promise<SigningKey> {
  const pinned = readJsonIfThere(home.federation.trust, trustSchema)?.founders;
  const signing = await ensureKey(signingKey);
  const isPinned = pinned?.some(
    (founder) => founder.province === province && founder.key.kid === signing.kid,
  );
  if (isPinned && readTextIfThere(founderKey) === undefined) {
    writeWhole(founderKey, `${JSON.stringify(signing)}\n`);
  }
  return ensureKey(founderKey);
}
