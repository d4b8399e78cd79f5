import { z } from 'zod';

/** A person at a node of any version, by its HTTP API: logged in once. */
export class NodeDesk {
  private constructor(
    private readonly origin: string,
    private readonly token: string,
  ) {}

  static async of(origin: string, user: string, password: string): Promise<NodeDesk> {
    const response = await fetch(`${origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, password }),
    });
    if (!response.ok) throw new Error(`${user} may not log in: ${response.status}`);
    const { token } = z.object({ token: z.string() }).parse(await response.json());
    return new NodeDesk(origin, token);
  }

  /** @param path below /api/v1/ */
  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.send('GET', path)).json());
  }

  async text(path: string): Promise<string> {
    return (await this.send('GET', path)).text();
  }

  async post<T>(path: string, body: object | undefined, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.send('POST', path, body)).json());
  }

  /** What a POST answers with, as bytes. */
  async file(path: string, body: object): Promise<Uint8Array> {
    return new Uint8Array(await (await this.send('POST', path, body)).arrayBuffer());
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.origin}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }
}
