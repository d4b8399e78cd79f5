import { z } from 'zod';

const session = z.object({ token: z.string() });
const registration = z.object({ registrationId: z.uuid(), state: z.string() });

/** Files an application at a node, as an examiner would by its HTTP API; searchable when it returns. */
export async function fileApplication(
  origin: string,
  credentials: { readonly user: string; readonly password: string },
  picture: Uint8Array,
  work: Readonly<Record<string, string>>,
): Promise<string> {
  const { token } = session.parse(
    await send(`${origin}/api/v1/session`, JSON.stringify(credentials), {
      'content-type': 'application/json',
    }),
  );
  const form = new FormData();
  form.set('picture', new Blob([picture]), 'picture.jpg');
  for (const [field, value] of Object.entries(work)) form.set(field, value);
  return registration.parse(
    await send(`${origin}/api/v1/applications`, form, { authorization: `Bearer ${token}` }),
  ).registrationId;
}

async function send(url: string, body: string | FormData, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
