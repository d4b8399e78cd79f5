import { FRAME, RegistryError } from '#libs/registry';
import { decodePicture, INPUT_SIDE, MIN_SIDE } from './decode-picture.js';
import { findPatternArea, type PatternArea } from './pattern-area.js';
import { assertStructure } from './picture-structure.js';
import { resample, sizeWithin, type Raster } from './raster.js';

/** Least share of a picture that its pattern must cover, per cent. */
export const MIN_COVERED_PERCENT = 15;

/** A picture that can be compared, in the forms in which it is. */
export interface ReadPicture {
  readonly mediaType: string;
  /** Of the whole picture, pixels, upright. */
  readonly width: number;
  /** Of the whole picture, pixels, upright. */
  readonly height: number;
  /** Where in the picture the pattern is; the two below show nothing else. */
  readonly area: PatternArea;
  /** The analysis frame: the pattern, its longer side FRAME pixels. */
  readonly frame: Raster;
  /** As the model sees it: INPUT_SIDE rows of INPUT_SIDE pixels, sRGB, three bytes each, its sides made equal. */
  readonly pixels: Uint8Array;
}

/**
 * Reads a picture file that anybody may have sent and finds the pattern in it.
 * @throws RegistryError INVALID_INPUT (field "picture") as `decodePicture` does, UNFIT_PICTURE (field "picture") for a
 *   pattern with too little structure, or with less than MIN_COVERED_PERCENT of the picture or MIN_SIDE pixels a side
 */
export async function readPicture(picture: Uint8Array): Promise<ReadPicture> {
  const { mediaType, width, height, raster, opaque } = await decodePicture(picture);
  const area = await findPatternArea(raster, opaque);
  assertSize(area, {
    across: (width * area.rectangle.width) / raster.width,
    down: (height * area.rectangle.height) / raster.height,
  });
  const [{ pixels }, frame] = await Promise.all([
    resample(raster, area.rectangle, { width: INPUT_SIDE, height: INPUT_SIDE }),
    resample(raster, area.rectangle, sizeWithin(area.rectangle, FRAME)),
  ]);
  assertStructure(pixels, INPUT_SIDE);
  return { mediaType, width, height, area, frame, pixels };
}

/** @param size of the area, in pixels of the file */
function assertSize({ covers }: PatternArea, size: { readonly across: number; readonly down: number }): void {
  const percent = Math.round(covers * 100);
  if (percent < MIN_COVERED_PERCENT) {
    throw new RegistryError(
      'UNFIT_PICTURE',
      'picture',
      `the pattern covers ${percent === 0 ? 'less than 1' : percent}% of the picture, at least ${MIN_COVERED_PERCENT}% are needed`,
      'cut the picture to the pattern',
    );
  }
  if (Math.min(size.across, size.down) < MIN_SIDE) {
    throw new RegistryError(
      'UNFIT_PICTURE',
      'picture',
      `the pattern in it has ${Math.round(size.across)} x ${Math.round(size.down)} pixels, too few to compare`,
      `send a picture that shows it with at least ${MIN_SIDE} pixels a side`,
    );
  }
}
