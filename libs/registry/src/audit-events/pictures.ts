import { z } from 'zod';
import { instant } from '../duplicate-check/statements.js';
import { PICTURE_SIZES } from '../lent-picture/picture-statements.js';
import { party, refusedAct, sha256, uuid, type EventRow } from './row.js';

const size = z.enum(PICTURE_SIZES);

/** Pictures that one province shows to another: asked and received in the asker's log, shown in the owner's. */
export const pictureEvents = {
  'picture.asked': {
    success: { subject: uuid, details: z.strictObject({ province: party, size, requestDigest: sha256 }) },
  },
  'picture.received': {
    success: {
      subject: uuid,
      details: z.strictObject({
        province: party,
        requestDigest: sha256,
        contentDigest: sha256,
        expiresAt: instant,
      }),
    },
    failure: { subject: uuid, details: refusedAct },
  },
  'picture.shown': {
    success: {
      subject: uuid,
      details: z.strictObject({ requestDigest: sha256, contentDigest: sha256, size }),
    },
    failure: { subject: uuid.nullable(), details: refusedAct },
  },
} satisfies Record<string, EventRow>;
