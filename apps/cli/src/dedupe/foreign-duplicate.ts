import { z } from 'zod';

export const foreignSchema = z.object({
  /** Of this province. */
  registrationId: z.string(),
  checkId: z.string(),
  province: z.string(),
  /** Of that province. */
  otherId: z.string(),
  otherNumber: z.string().nullable(),
  otherTitle: z.string().nullable(),
  otherRegisteredOn: z.string().nullable(),
  score: z.number(),
  verdict: z.enum(['DUPLICATE', 'SUSPECTED']),
  transform: z.object({ zh: z.string(), en: z.string() }).nullable(),
});

/** A registration of another province whose picture a registration of this one shows again. */
export type ForeignDuplicate = z.infer<typeof foreignSchema>;
