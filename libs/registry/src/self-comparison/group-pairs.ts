import type { DuplicatePair } from './compare-registry.js';

/** Registrations that belong together: each is a duplicate of at least one other of them. */
export interface DuplicateGroup {
  /** Registration ids, ascending. */
  readonly registrations: readonly string[];
  /** Score descending, then by registration ids. */
  readonly pairs: readonly DuplicatePair[];
}

/** Groups of duplicates, that of the highest score first, then the larger, then by registration id: the same for the same pairs. */
export function groupPairs(pairs: readonly DuplicatePair[]): DuplicateGroup[] {
  const parents = new Map<string, string>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up;
    parents.set(id, root);
    return root;
  };
  for (const { first, second } of pairs) {
    const [one, other] = [rootOf(first), rootOf(second)];
    if (one !== other) parents.set(one < other ? other : one, one < other ? one : other);
  }
  const byRoot = new Map<string, DuplicatePair[]>();
  for (const pair of pairs) {
    const root = rootOf(pair.first);
    const members = byRoot.get(root);
    if (members) members.push(pair);
    else byRoot.set(root, [pair]);
  }
  const groups = [...byRoot.values()].map((members): DuplicateGroup => ({
    registrations: [...new Set(members.flatMap(({ first, second }) => [first, second]))].sort(),
    pairs: members.toSorted(byScore),
  }));
  return groups.sort(
    (a, b) =>
      (b.pairs[0]?.score ?? 0) - (a.pairs[0]?.score ?? 0) ||
      b.registrations.length - a.registrations.length ||
      ((a.registrations[0] ?? '') < (b.registrations[0] ?? '') ? -1 : 1),
  );
}

function byScore(a: DuplicatePair, b: DuplicatePair): number {
  return b.score - a.score || (`${a.first} ${a.second}` < `${b.first} ${b.second}` ? -1 : 1);
}
