import { status } from '@grpc/grpc-js';
import type { TlsIdentity } from '../credentials.js';
import { detailOf, silenceOf, statusOf } from '../outcomes.js';
import { Connection, type Endpoint, type Method } from './connection.js';
import { probe, unlessSilent, type Probed } from './probe.js';

/** Longest that one address may take to be connected to before the next is tried. */
const CONNECT_MS = 1_000;

/** A call whose answer was lost with whoever was called: it may have been taken, and nobody can tell. */
export class CallLost extends Error {
  override readonly name = 'CallLost';
}

/** One address, and the connection by which it is probed while calls wait for it: one probe at a time serves all of them. */
interface Address {
  readonly connection: Connection;
  readonly probed: Connection;
  probing: Promise<Probed> | null;
}

/**
 * A party that answers at one address or at several, where processes with its keys work on its database. The address that was reached
 * first stays in use until it cannot be reached or breaks off a call; then the next one is.
 */
export class PartyConnection {
  private readonly addresses: readonly Address[];
  private at = 0;

  constructor({ address, alsoAt = [], tlsName }: Endpoint, identity: TlsIdentity) {
    const dial = (one: string) => new Connection({ address: one, tlsName }, identity);
    this.addresses = [address, ...alsoAt].map((one) => ({
      ...{ connection: dial(one), probed: dial(one) },
      probing: null,
    }));
  }

  /**
   * A call that may be made twice: broken off, it is made again at the next address, at most once at each.
   * @throws ServiceError of grpc-js, at the latest at the deadline
   */
  async unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    deadline: Date,
  ): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const used = await this.reach(deadline);
      try {
        return await used.connection.unary(method, request, deadline);
      } catch (error) {
        if (!this.isBrokenOff(used, error)) throw error;
        this.leave(used);
        if (tries >= this.addresses.length) throw error;
      }
    }
  }

  /**
   * A call that must not be made twice. While it lasts, whoever is called is probed: a machine that is gone breaks nothing off.
   * @throws CallLost; ServiceError of grpc-js if it was not taken or was answered so, at the latest at the deadline
   */
  async once<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    deadline: Date,
  ): Promise<Response> {
    const used = await this.reach(deadline);
    const wasThere = used.connection.connected || (await used.connection.connect(soon(deadline)));
    try {
      const call = used.connection.unary(method, request, deadline);
      const response = await unlessSilent(call, () => look(used));
      if (response !== null) return response;
    } catch (error) {
      if (!this.isBrokenOff(used, error)) throw error;
      this.leave(used);
      if (!wasThere) throw error;
      throw new CallLost(detailOf(error), { cause: error });
    }
    this.leave(used);
    throw new CallLost('does not answer any more');
  }

  /** Connected to the address in use, or to the next that can be reached; the one in use if none can: a call there says why. */
  async reach(deadline: Date): Promise<Address> {
    if (this.addresses.length > 1) {
      for (let tried = 0; tried < this.addresses.length; tried += 1) {
        const used = this.used;
        if (used.connection.connected || (await used.connection.connect(soon(deadline)))) return used;
        this.leave(used);
      }
    }
    return this.used;
  }

  /** From now on the next address is used, unless that is done already. */
  leave(left: Address): void {
    left.connection.close();
    if (this.used === left) this.at = (this.at + 1) % this.addresses.length;
  }

  /** Whether a call failed because whoever was called is gone, or is about to be. */
  isBrokenOff({ connection }: Address, error: unknown): boolean {
    if (statusOf(error) === status.UNAVAILABLE) return true;
    return silenceOf(error).outcome === 'UNREACHABLE' && !connection.connected;
  }

  close(): void {
    for (const { connection, probed } of this.addresses) {
      connection.close();
      probed.close();
    }
  }

  private get used(): Address {
    const used = this.addresses[this.at];
    if (used === undefined) throw new RangeError('a party has at least one address');
    return used;
  }
}

/** One for each of these, connected when first used. */
export class Connections {
  private readonly byProvince: ReadonlyMap<string, PartyConnection>;

  constructor(members: readonly (Endpoint & { readonly province: string })[], identity: TlsIdentity) {
    this.byProvince = new Map(
      members.map((member) => [member.province, new PartyConnection(member, identity)]),
    );
  }

  /** @throws RangeError for a province that is no member */
  to(province: string): PartyConnection {
    const connection = this.byProvince.get(province);
    if (connection === undefined) throw new RangeError(`${province} is not a member of the directory`);
    return connection;
  }

  close(): void {
    for (const connection of this.byProvince.values()) connection.close();
  }
}

function look(address: Address): Promise<Probed> {
  address.probing ??= probe(address.probed).finally(() => (address.probing = null));
  return address.probing;
}

function soon(deadline: Date): Date {
  return new Date(Math.min(deadline.getTime(), Date.now() + CONNECT_MS));
}
