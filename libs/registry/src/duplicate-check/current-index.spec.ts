import { ExactIndex } from '#libs/similarity';
import type { SearchableRegistration } from '../registration/ports.js';
import { CurrentIndex } from './current-index.js';

const MODEL = `sha256:${'a'.repeat(64)}`;
const AXIS = new Float32Array([1, 0]);
const embeddingOf = (bytes: Uint8Array) => {
  if (bytes.length !== 8) throw new Error('damaged');
  return { modelDigest: MODEL, embedding: new Float32Array(bytes.slice().buffer) };
};

/** A registry of which only positions matter; `commit` is what another process would do. */
class MovingRegistry {
  rows: SearchableRegistration[] = [];
  looks = 0;
  beforeHead: () => void = () => undefined;

  commit(id: number, fingerprint: Uint8Array | null = new Uint8Array(AXIS.buffer.slice(0))): void {
    const registrationId = `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
    const position = Math.max(0, ...this.rows.map((row) => row.position)) + 1;
    this.rows = this.rows.filter((row) => row.registrationId !== registrationId);
    this.rows.push({ registrationId, patternId: registrationId, state: 'registered', fingerprint, position });
  }

  async head() {
    this.looks += 1;
    this.beforeHead();
    return { position: this.rows.at(-1)?.position ?? 0, searchable: this.rows.length };
  }

  async changesSince(position: number, _model: string, limit: number) {
    return this.rows.filter((row) => row.position > position).slice(0, limit);
  }
}

function opened() {
  const registry = new MovingRegistry();
  const unusable: string[] = [];
  const report = (registrationId: string) => void unusable.push(registrationId);
  const current = new CurrentIndex(registry, new ExactIndex(MODEL, 2), embeddingOf, report);
  return { registry, current, unusable };
}

const query = { vector: AXIS, limit: 100 };

describe('the current index', () => {
  it('finds what was committed just before the search, whoever committed it', async () => {
    const { registry, current } = opened();
    for (let id = 1; id <= 5; id += 1) {
      registry.commit(id);
      const { head, position, results } = await current.search([query]);
      expect([head.searchable, position, results[0]?.searched, results[0]?.hits.length]).toEqual([
        id,
        id,
        id,
        id,
      ]);
    }
  });

  it('reads a registry of several pages whole', async () => {
    const { registry, current } = opened();
    for (let id = 1; id <= 2_500; id += 1)
      registry.rows.push({
        registrationId: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
        patternId: 'p',
        state: 'registered',
        fingerprint: new Uint8Array(AXIS.buffer.slice(0)),
        position: id,
      });
    const { head, results } = await current.search([query]);
    expect([head.searchable, results[0]?.searched]).toEqual([2_500, 2_500]);
  });

  it('never declares other than it searched while the registry moves under it', async () => {
    const { registry, current } = opened();
    let id = 0;
    registry.beforeHead = () => {
      if (registry.looks % 3 !== 0) registry.commit((id += 1) % 7);
    };
    for (let round = 0; round < 50; round += 1) {
      const { head, position, results } = await current.search([query]);
      expect(position).toBe(head.position);
      expect(results[0]?.searched).toBe(head.searchable);
    }
  });

  it('answers searches that wait together after one look at the registry', async () => {
    const { registry, current } = opened();
    registry.commit(1);
    const searches = await Promise.all(Array.from({ length: 20 }, () => current.search([query, query])));
    expect(registry.looks).toBeLessThan(8);
    expect(searches.every(({ results }) => results.length === 2 && results[0]?.searched === 1)).toBe(true);
  });

  it('searches fewer than are declared when a fingerprint is missing or damaged, and names the damaged', async () => {
    const { registry, current, unusable } = opened();
    registry.commit(1);
    registry.commit(2, null);
    registry.commit(3, new Uint8Array(3));
    const { head, results } = await current.search([query]);
    expect([head.searchable, results[0]?.searched]).toEqual([3, 1]);
    expect(unusable.map((id) => id.at(-1))).toEqual(['3']);
  });

  it('fails when the registry cannot be read or went back, and recovers when it can', async () => {
    const { registry, current } = opened();
    registry.commit(1);
    await current.search([query]);
    const rows = registry.rows;
    registry.rows = [];
    await expect(current.search([query])).rejects.toThrow('restart the node');
    registry.rows = rows;
    await expect(current.search([query])).resolves.toMatchObject({ position: 1 });
  });
});
