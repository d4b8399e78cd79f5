import { type ProvinceId, type Role } from '#libs/registry';
import { type CliConfig } from '../config.js';
import { readTextIfThere } from '../home/files.js';
import { readDevelopmentPerson } from '../home/development-people.js';
import { DEFAULT_MEMBERS, locateHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';
import { localAddress, planPorts } from '../up/ports.js';
import { NodeClient, type Credentials } from './node-client.js';

/**
 * A client of the node to ask: WEFT_NODE_URL, else that of the province in this home; as the user that the environment
 * names, else as the development person of that province with this role.
 * @throws Problem naming what is missing
 */
export function openNode(config: CliConfig, province: ProvinceId, role: Role = 'examiner'): NodeClient {
  return new NodeClient(
    config.nodeUrl?.replace(/\/+$/, '') ?? localOrigin(config, province),
    credentialsOf(config, province, role),
  );
}

function localOrigin(config: CliConfig, province: ProvinceId): string {
  const ports = planPorts(DEFAULT_MEMBERS, config.portBase).nodes.get(province);
  if (!ports) {
    throw new Problem(
      'province',
      `"${province}" has no node on this machine`,
      `use one of ${DEFAULT_MEMBERS.join(', ')}, or set WEFT_NODE_URL`,
    );
  }
  return `http://${localAddress(ports.http)}`;
}

function credentialsOf(config: CliConfig, province: ProvinceId, role: Role): Credentials {
  if (config.tokenFile !== undefined) return { token: readSecret(config.tokenFile, 'WEFT_TOKEN_FILE') };
  if (config.user !== undefined) {
    if (config.passwordFile === undefined) {
      throw new Problem('WEFT_PASSWORD_FILE', 'is not set', 'name a file with the password of WEFT_USER');
    }
    return { user: config.user, password: readSecret(config.passwordFile, 'WEFT_PASSWORD_FILE') };
  }
  return readDevelopmentPerson(locateHome(config).province(province), role);
}

function readSecret(path: string, variable: string): string {
  const text = readTextIfThere(path)?.trim();
  if (!text)
    throw new Problem(variable, 'names no file with content', 'write the secret into that file, mode 0600');
  return text;
}
