/** The `limit` largest lower bounds of scores, as a heap with the least on top. */
export class LargestFloors {
  private readonly heap: number[] = [];

  constructor(private readonly limit: number) {}

  /** At least `limit` rows score this or more; -Infinity while there are fewer. */
  get least(): number {
    return this.heap.length < this.limit ? -Infinity : (this.heap[0] ?? -Infinity);
  }

  /** All of them, in no order. */
  get values(): readonly number[] {
    return this.heap;
  }

  add(floor: number): void {
    const { heap, limit } = this;
    if (heap.length < limit) {
      heap.push(floor);
      if (heap.length === limit) heap.sort((a, b) => a - b);
      return;
    }
    if (floor <= this.least) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= limit) break;
      if (child + 1 < limit && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
      if ((heap[child] ?? 0) >= floor) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = floor;
  }
}
