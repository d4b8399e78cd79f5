import { z } from 'zod';
import { StartError } from './start-error.js';

/** Where a server listens. */
export interface ListenAddress {
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A server's address, host:port; an IPv6 host stands in brackets. */
export const listenAddress = z.string().transform((text, context): ListenAddress => {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535) {
    context.addIssue({ code: 'custom', message: 'is not host:port' });
    return z.NEVER;
  }
  return { host, port };
});

/** A listen address as it is written. */
export function hostAndPort({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The path of a file or folder. */
export const path = z.string().max(4_096);

/** A switch, off unless it is set. */
export const onOff = z
  .enum(['on', 'off'], 'is neither on nor off')
  .default('off')
  .transform((value) => value === 'on');

/**
 * Takes a schema's variables out of the environment; one that is empty counts as absent.
 * @throws StartError that names the first wrong variable, its problem and the remedy, never its value
 */
export function parseVariables<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const trimmed = Object.entries(environment).map(([name, value]) => [name, value?.trim()] as const);
  const present = Object.fromEntries(trimmed.filter(([, value]) => value));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? 'environment');
  const absent = issue?.code !== 'custom' && !(name in present);
  throw new StartError(
    name,
    absent ? 'is not set' : (issue?.message ?? 'is wrong'),
    'set it in the environment',
  );
}
