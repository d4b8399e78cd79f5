import { join, resolve } from 'node:path';
import { findProvince, type ProvinceId } from '#libs/registry';
import { type CliConfig } from '../config.js';
import { Problem } from '../problem.js';
import { makeFolder } from './files.js';
import { projectRoot } from './project-root.js';

/** Members of the development federation, in the directory's order. */
export const DEFAULT_MEMBERS: readonly ProvinceId[] = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];

/** Files of one process that takes part in the federation: its keys and where its database is. */
export interface PartyHome {
  /** Holds tls.key, tls.crt, ca.crt, signing.jwk, log.jwk; a province has witness.jwk and founder.jwk too, and its node adds its session.key. */
  readonly folder: string;
  readonly tlsKey: string;
  readonly tlsCertificate: string;
  readonly caCertificate: string;
  readonly signingKey: string;
  readonly logKey: string;
  /** A file with the PostgreSQL URL, password included. */
  readonly databaseUrl: string;
}

/** Files of one province. */
export interface ProvinceHome extends PartyHome {
  readonly province: ProvinceId;
  /** Signs the member directory for the bureau; kept apart from the node where there is a node in operation. */
  readonly founderKey: string;
  /** The development people with their passwords. */
  readonly people: string;
  /** Cosigns the logs of others. */
  readonly witnessKey: string;
  readonly depositCopies: string;
}

/** Where everything of one federation on this machine is kept. */
export interface WeftHome {
  readonly root: string;
  readonly postgres: string;
  readonly federation: {
    readonly folder: string;
    readonly trust: string;
    readonly directory: string;
    /** What is revoked, signed as the directory is. */
    readonly revocations: string;
    /** The directories of all epochs, `<epoch>.json`. */
    readonly epochs: string;
    readonly caCertificate: string;
    readonly caKey: string;
  };
  readonly coordinator: PartyHome;
  /** Of a second process of the coordinator: copies of its keys and of where its database is, for another machine. */
  readonly secondCoordinator: PartyHome;
  readonly logs: string;
  readonly run: string;
  province(province: ProvinceId): ProvinceHome;
}

/** The home in the folder that is configured, by default `.weft` in the clone; nothing is made. */
export function locateHome(config: Pick<CliConfig, 'home'>): WeftHome {
  return homeAt(resolve(config.home ?? join(projectRoot(), '.weft')));
}

/** The home in this folder; nothing is made. */
export function homeAt(root: string): WeftHome {
  const federation = join(root, 'federation');
  return {
    root,
    postgres: join(root, 'postgres'),
    federation: {
      folder: federation,
      trust: join(federation, 'trust.json'),
      directory: join(federation, 'directory.json'),
      revocations: join(federation, 'revocations.json'),
      epochs: join(federation, 'directories'),
      caCertificate: join(federation, 'ca.crt'),
      caKey: join(federation, 'ca.key'),
    },
    coordinator: partyHome(join(root, 'coordinator')),
    secondCoordinator: partyHome(join(root, 'coordinator-2')),
    logs: join(root, 'logs'),
    run: join(root, 'run'),
    province: (province) => provinceHome(root, province),
  };
}

function partyHome(folder: string): PartyHome {
  return {
    folder,
    tlsKey: join(folder, 'tls.key'),
    tlsCertificate: join(folder, 'tls.crt'),
    caCertificate: join(folder, 'ca.crt'),
    signingKey: join(folder, 'signing.jwk'),
    logKey: join(folder, 'log.jwk'),
    databaseUrl: join(folder, 'database-url'),
  };
}

function provinceHome(root: string, province: ProvinceId): ProvinceHome {
  if (!findProvince(province)) {
    throw new Problem(
      'province',
      `"${province}" is no province`,
      'use an id such as zhejiang, shandong, jiangsu or guangdong',
    );
  }
  const folder = join(root, 'provinces', province);
  return {
    ...partyHome(folder),
    province,
    founderKey: join(folder, 'founder.jwk'),
    people: join(folder, 'people.json'),
    witnessKey: join(folder, 'witness.jwk'),
    depositCopies: join(folder, 'deposit-copies'),
  };
}

/**
 * Makes the home's folders for these members.
 * @throws Problem naming the folder that cannot be made
 */
export function makeHome(home: WeftHome, members: readonly ProvinceId[]): void {
  for (const folder of [
    home.root,
    home.federation.folder,
    home.federation.epochs,
    home.coordinator.folder,
    home.logs,
    home.run,
  ])
    makeFolder(folder);
  makeFolder(join(home.root, 'provinces'));
  for (const province of members) {
    makeFolder(home.province(province).folder);
    makeFolder(home.province(province).depositCopies);
  }
}
