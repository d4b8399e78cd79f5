import { z } from 'zod';
import {
  PICTURE_POLICIES,
  REGISTRATION_STATES,
  type PicturePolicy,
  type RegistrationState,
  type SharedRegistration,
} from '#libs/registry';
import {
  PicturePolicy as WirePolicy,
  RegistrationState as WireState,
  type Registration as WireRegistration,
} from './generated/weft/registration/v1/registration.js';

const STATE_TO_WIRE = {
  applied: WireState.REGISTRATION_STATE_APPLIED,
  examined: WireState.REGISTRATION_STATE_EXAMINED,
  registered: WireState.REGISTRATION_STATE_REGISTERED,
  refused: WireState.REGISTRATION_STATE_REFUSED,
  revoked: WireState.REGISTRATION_STATE_REVOKED,
} as const satisfies Record<RegistrationState, WireState>;

const POLICY_TO_WIRE = {
  nothing: WirePolicy.PICTURE_POLICY_NOTHING,
  thumbnail: WirePolicy.PICTURE_POLICY_THUMBNAIL,
  full: WirePolicy.PICTURE_POLICY_FULL,
} as const satisfies Record<PicturePolicy, WirePolicy>;

const optionalDate = z.union([z.iso.date(), z.literal('').transform(() => null)]);
const optionalText = z
  .string()
  .max(200)
  .transform((text) => (text === '' ? null : text));

const registrationSchema = z.object({
  registrationId: z.uuid(),
  patternId: z.uuid(),
  registrationNumber: optionalText,
  state: z.enum(WireState).transform((wire, context): RegistrationState => {
    const state = REGISTRATION_STATES.find((known) => STATE_TO_WIRE[known] === wire);
    if (state !== undefined) return state;
    context.addIssue({ code: 'custom', message: 'is not a state' });
    return z.NEVER;
  }),
  title: z.string().max(200),
  category: z.string().max(8),
  centre: z.string().max(200),
  registeredOn: optionalDate,
  completedOn: optionalDate,
  firstPublishedOn: optionalDate,
  owner: optionalText,
  pictures: z
    .enum(WirePolicy)
    .transform(
      (wire): PicturePolicy => PICTURE_POLICIES.find((known) => POLICY_TO_WIRE[known] === wire) ?? 'nothing',
    ),
});

/** Another province's registration as it came; undefined if it has not its form. */
export function registrationFromWire({
  picturePolicy,
  ...wire
}: WireRegistration): SharedRegistration | undefined {
  return registrationSchema.safeParse({ ...wire, pictures: picturePolicy }).data;
}

/** A registration as it goes to another province. */
export function registrationToWire(shared: SharedRegistration): WireRegistration {
  return {
    registrationId: shared.registrationId,
    patternId: shared.patternId,
    registrationNumber: shared.registrationNumber ?? '',
    state: STATE_TO_WIRE[shared.state],
    title: shared.title,
    category: shared.category,
    centre: shared.centre,
    registeredOn: shared.registeredOn ?? '',
    completedOn: shared.completedOn ?? '',
    firstPublishedOn: shared.firstPublishedOn ?? '',
    owner: shared.owner ?? '',
    picturePolicy: POLICY_TO_WIRE[shared.pictures],
  };
}
