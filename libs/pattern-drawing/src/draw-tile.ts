import { type FieldLayer, type MotifLayer, type PatternDesign, type Placement } from './design.js';
import { drawField } from './fields/draw-field.js';
import { drawMotif } from './motifs/draw-motif.js';
import { type PaintedPart } from './motifs/style.js';
import { type Affine, compose, placing } from './symmetry/affine.js';
import { cellTransform } from './symmetry/repeat.js';
import { groupOperations } from './symmetry/wallpaper-groups.js';

/** No motif reaches further from its middle than this many of its radii. */
const REACH = 1.3;

/** Neighbouring cells looked at on each side for what comes in over an edge. */
const NEIGHBOURS = 3;

/**
 * The drawing of one cell as SVG on a transparent ground: what lies over an edge is drawn again where it comes in.
 * The same design gives the same text.
 * @param width pixels
 * @param height pixels
 */
export function drawTile(design: PatternDesign, width: number, height: number): string {
  const layers = design.layers.map((layer, i) =>
    layer.kind === 'field' ? fieldSvg(design, layer, i) : motifLayerSvg(design, layer, i),
  );
  const { width: w, height: h } = design.cell;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${w} ${h}" preserveAspectRatio="none">${layers.join('')}</svg>`;
}

function fieldSvg(design: PatternDesign, layer: FieldLayer, index: number): string {
  const [width, height] = [design.cell.width / layer.across, design.cell.height / layer.down];
  const parts = drawField(layer, width, height);
  const shifts: Affine[] = [];
  for (let row = -1; row <= layer.down; row++)
    for (let column = -1; column <= layer.across; column++)
      shifts.push([1, 0, 0, 1, column * width, row * height]);
  return `<g opacity="${layer.opacity}">${paint(design, parts, shifts, `f${index}`)}</g>`;
}

function motifLayerSvg(design: PatternDesign, layer: MotifLayer, index: number): string {
  const parts = design.motifs.map(drawMotif);
  return layer.placements
    .map((placement, i) =>
      paint(design, parts[placement.motif] ?? [], placementCopies(design, placement), `m${index}-${i}`),
    )
    .join('');
}

/** Every position of the placement that shows in the cell: by the group's operations and from the cells around. */
export function placementCopies(design: PatternDesign, placement: Placement): Affine[] {
  const { width, height } = design.cell;
  const own = placing(placement.u * width, placement.v * height, placement.size, placement.turn);
  const reach = placement.size * REACH;
  const copies: Affine[] = [];
  for (const operation of groupOperations(design.group, width, height)) {
    const inCell = compose(operation, own);
    for (let row = -NEIGHBOURS; row <= NEIGHBOURS; row++)
      for (let column = -NEIGHBOURS; column <= NEIGHBOURS; column++) {
        const copy = compose(cellTransform(design.repeat, column, row, width, height), inCell);
        const [x, y] = [copy[4], copy[5]];
        if (x > -reach && x < width + reach && y > -reach && y < height + reach) copies.push(copy);
      }
  }
  return copies;
}

/** Part by part over all copies, so that overlapping copies have no order and the group's symmetry holds. */
function paint(
  design: PatternDesign,
  parts: readonly PaintedPart[],
  copies: readonly Affine[],
  id: string,
): string {
  return parts
    .filter(({ d }) => d !== '')
    .map((part, i) => {
      const shift = part.shift ? ` transform="translate(${part.shift} ${part.shift})"` : '';
      const shape = `<path id="${id}-${i}" d="${part.d}"${shift}/>`;
      const uses = copies.map(
        (copy) => `<use href="#${id}-${i}" transform="matrix(${copy.map((v) => v.toFixed(4)).join(' ')})"/>`,
      );
      return `<defs>${shape}</defs><g ${paintAttributes(design, part)}>${uses.join('')}</g>`;
    })
    .join('');
}

function paintAttributes(design: PatternDesign, part: PaintedPart): string {
  const colour = design.palette[part.tone] ?? '#000000';
  const paintWith =
    part.line === undefined
      ? `fill="${colour}"`
      : `fill="none" stroke="${colour}" stroke-width="${part.line.toFixed(3)}" stroke-linejoin="round" stroke-linecap="round"`;
  const property = part.line === undefined ? 'fill-opacity' : 'stroke-opacity';
  return (
    paintWith +
    (part.opacity === undefined ? '' : ` ${property}="${part.opacity.toFixed(2)}"`) +
    (part.crisp ? ' shape-rendering="crispEdges"' : '')
  );
}
