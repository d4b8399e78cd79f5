import { sizeOf, type Place } from './find-places.js';

/** Fields of the picture across and down, so that a cut-out anywhere has its share of places. */
const FIELDS = 6;
/** Share of the places that the finest octave, the next, ... may take; what one leaves goes to the others. */
const SHARES = [0.4, 0.32, 0.18, 0.1];

/**
 * The strongest places, spread over sizes and over the picture.
 * @param steps pixels of the analysis frame to a sample, by octave
 * @param most places wanted
 */
export function choosePlaces(
  places: readonly Place[],
  frame: { readonly width: number; readonly height: number },
  most: number,
): Place[] {
  const chosen: Place[] = [];
  const left: Place[] = [];
  SHARES.forEach((share, octave) => {
    const own = places.filter((place) => place.octave === octave);
    const [first, rest] = spread(own, frame, Math.round(most * share));
    chosen.push(...first);
    left.push(...rest);
  });
  const [more] = spread(left, frame, most - chosen.length);
  return [...chosen, ...more].sort((a, b) => b.response - a.response || a.y - b.y || a.x - b.x);
}

/** Takes the strongest of each field in turn, so that no field takes more than its part while others have some. */
function spread(
  places: readonly Place[],
  { width, height }: { readonly width: number; readonly height: number },
  most: number,
): [Place[], Place[]] {
  const fields = Array.from({ length: FIELDS * FIELDS }, (): Place[] => []);
  for (const place of [...places].sort((a, b) => b.response - a.response)) {
    const step = 2 ** place.octave;
    const column = Math.min(FIELDS - 1, Math.floor((place.x * step * FIELDS) / width));
    const row = Math.min(FIELDS - 1, Math.floor((place.y * step * FIELDS) / height));
    fields[row * FIELDS + column]?.push(place);
  }
  const ranked = fields
    .flatMap((own) => own.map((place, turn) => ({ place, turn })))
    .sort(
      (a, b) => a.turn - b.turn || b.place.response - a.place.response || sizeOf(b.place) - sizeOf(a.place),
    )
    .map(({ place }) => place);
  return [ranked.slice(0, most), ranked.slice(most)];
}
