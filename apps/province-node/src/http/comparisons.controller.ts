import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Actor, RegistryError } from '#libs/registry';
import { z } from 'zod';
import {
  type ComparisonDesk,
  comparePictures,
  type DrawnEvidence,
  type Side,
} from '../comparisons/compare-pictures.js';
import { COMPARISON_DESK } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesForm } from './describe.js';
import { idField, parseInput } from './input.js';
import { FormPictures, type TwoPictures, TwoPicturesForm } from './picture-upload.js';
import { comparisonSchema } from './schemas.js';

const comparisonFields = z.strictObject({
  registrationId: idField.optional(),
  otherRegistrationId: idField.optional(),
});

@ApiTags('comparisons')
@ApiBearerAuth()
@Controller('api/v1/comparisons')
export class ComparisonsController {
  constructor(@Inject(COMPARISON_DESK) private readonly desk: ComparisonDesk) {}

  @Post()
  @HttpCode(200)
  @TwoPicturesForm()
  @TakesForm(['picture', 'other'], comparisonFields)
  @Answers(200, 'The two pictures compared: the evidence, and its pictures in base64', comparisonSchema)
  async compare(
    @FormPictures() { picture, other }: TwoPictures,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<DrawnEvidence> {
    const { registrationId, otherRegistrationId } = parseInput(comparisonFields, body);
    const query = sideOf(picture, registrationId, 'picture', 'registrationId');
    const candidate = sideOf(other, otherRegistrationId, 'other', 'otherRegistrationId');
    return comparePictures(this.desk, query, candidate, actor);
  }
}

/** One of the two ways to name a picture. */
function sideOf(
  picture: Uint8Array | undefined,
  registrationId: string | undefined,
  pictureField: string,
  idFieldName: string,
): Side {
  if (picture !== undefined && registrationId === undefined) return { picture };
  if (picture === undefined && registrationId !== undefined) return { registrationId };
  const problem =
    picture === undefined
      ? `is missing, and so is ${idFieldName}`
      : `is there, and ${idFieldName} names another picture`;
  throw new RegistryError(
    'INVALID_INPUT',
    pictureField,
    problem,
    `send a form (multipart/form-data) with either the file "${pictureField}" or the field "${idFieldName}"`,
  );
}
