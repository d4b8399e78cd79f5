import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { findProvince, type ProvinceId } from '#libs/registry';
import { makeFolder, readTextIfThere, writeWhole } from '../home/files.js';
import { type PartyHome, type WeftHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';
import { ensureDevelopmentKeys, handToSecondCoordinator } from './development-keys.js';

const PARTY = '{party}';
const PASSWORD_BYTES = 24;

/** A federation for trying out, each party on a machine or in a container of its own. */
export interface TrialFederation {
  /** Provinces of the directory, 2 to 31. */
  readonly members: readonly string[];
  /** host:port where others reach a party's gRPC, with "{party}" for its id. */
  readonly address: string;
  /** PostgreSQL URL without a password, with "{party}" for the party's id. */
  readonly database: string;
  /** Whether a second process of the coordinator, "coordinator-2", stands beside the first. */
  readonly secondCoordinator: boolean;
}

/**
 * Makes what is missing of the keys, certificates, directory and database passwords of a trial federation in one home, from which each
 * party's folder is handed to its machine. Every bureau's key is on this one machine for as long: no federation in operation is made so.
 * @returns the members
 * @throws Problem naming the option or the file that is wrong
 */
export async function makeTrialHome(
  home: WeftHome,
  trial: TrialFederation,
  now: Date,
): Promise<readonly ProvinceId[]> {
  const members = trial.members.map((id) => {
    const province = findProvince(id);
    if (!province)
      throw new Problem('members', `"${id}" is no province`, 'use ids such as zhejiang,guangdong');
    return province.id;
  });
  if (new Set(members).size < 2 || new Set(members).size < members.length) {
    throw new Problem('members', 'are fewer than two, or name one twice', 'name two provinces or more');
  }
  const addressOf = (party: string) => filled('address', trial.address, party);
  await ensureDevelopmentKeys(home, {
    members,
    addresses: {
      coordinator: addressOf('coordinator'),
      secondCoordinator: trial.secondCoordinator ? addressOf('coordinator-2') : undefined,
      nodes: new Map(members.map((province) => [province, addressOf(province)])),
    },
    calibration: DEFAULT_CALIBRATION,
    clock: { now: () => now },
  });
  ensurePassword(home.coordinator, filled('database', trial.database, 'coordinator'));
  if (trial.secondCoordinator) handToSecondCoordinator(home);
  for (const province of members) {
    makeFolder(join(home.province(province).folder, 'deposit-copies'));
    ensurePassword(home.province(province), filled('database', trial.database, province));
  }
  return members;
}

function filled(option: string, pattern: string, party: string): string {
  if (!pattern.includes(PARTY)) {
    throw new Problem(option, `has no ${PARTY} in it`, 'write it where the id of a party goes');
  }
  return pattern.replaceAll(PARTY, party);
}

/** A password that is there stays: the database may have been made with it. */
function ensurePassword({ folder, databaseUrl }: PartyHome, url: string): void {
  const file = join(folder, 'database-password');
  const password = readTextIfThere(file)?.trim() ?? randomBytes(PASSWORD_BYTES).toString('base64url');
  if (!URL.canParse(url))
    throw new Problem('database', 'is no URL', 'write postgresql://role@host:port/database');
  const parsed = new URL(url);
  parsed.password = password;
  writeWhole(file, `${password}\n`);
  writeWhole(databaseUrl, `${parsed.href}\n`);
}
