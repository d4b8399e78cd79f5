import pg from 'pg';

/** Statements that the server keeps for one connection; a text that is not among the first so many is parsed each time. */
const MOST_KEPT = 64;

/**
 * A connection on which the server parses a statement with parameters once and keeps it, as long as the connection lasts: for one that is
 * asked over and over this is more than half of its work (PostgreSQL, PREPARE; it goes on planning by the parameters where that pays).
 */
export class PreparingClient extends pg.Client {
  private readonly names = new Map<string, string>();

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const ask = (...parameters: readonly unknown[]): unknown =>
      Reflect.apply(pg.Client.prototype.query, this, this.named(parameters));
    // The overloads of `query` are not told anew for what changes none of them.
    Object.defineProperty(this, 'query', { value: ask });
  }

  private named(parameters: readonly unknown[]): readonly unknown[] {
    const [text, values, ...rest] = parameters;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return parameters;
    const name = this.nameOf(text);
    return name === undefined ? parameters : [{ name, text, values }, ...rest];
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MOST_KEPT) return known;
    const name = `kept-${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
