import { EntitySchema, type ValueTransformer } from 'typeorm';
import type { RegistrationState } from '#libs/registry';

/** Counts stay far below 2^53. */
const count: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => Number(value),
};

export interface PatternRow {
  patternId: string;
  pictureDigest: string;
  mediaType: string;
  width: number;
  height: number;
}

export interface RegistrationRow {
  registrationId: string;
  patternId: string;
  registrationNumber: string | null;
  state: RegistrationState;
  title: string;
  category: string;
  owner: string;
  centre: string;
  completedOn: string | null;
  firstPublishedOn: string | null;
  registeredOn: string | null;
  filedAt: Date;
  reason: string;
  /** Order of filing; given by the database. */
  ordinal: number;
  /** The registry change that last touched it. */
  position: number;
  pattern?: PatternRow;
}

export interface RegistryHeadRow {
  onlyRow: true;
  position: number;
  searchable: number;
}

export const PatternEntity = new EntitySchema<PatternRow>({
  name: 'pattern',
  columns: {
    patternId: { name: 'pattern_id', type: 'uuid', primary: true },
    pictureDigest: { name: 'picture_digest', type: 'text' },
    mediaType: { name: 'media_type', type: 'text' },
    width: { type: 'integer' },
    height: { type: 'integer' },
  },
});

export const RegistrationEntity = new EntitySchema<RegistrationRow>({
  name: 'registration',
  columns: {
    registrationId: { name: 'registration_id', type: 'uuid', primary: true },
    patternId: { name: 'pattern_id', type: 'uuid' },
    registrationNumber: { name: 'registration_number', type: 'text', nullable: true },
    state: { type: 'text' },
    title: { type: 'text' },
    category: { type: 'text' },
    owner: { type: 'text' },
    centre: { type: 'text' },
    completedOn: { name: 'completed_on', type: 'date', nullable: true },
    firstPublishedOn: { name: 'first_published_on', type: 'date', nullable: true },
    registeredOn: { name: 'registered_on', type: 'date', nullable: true },
    filedAt: { name: 'filed_at', type: 'timestamptz', precision: 3 },
    reason: { type: 'text' },
    ordinal: { type: 'bigint', insert: false, update: false, transformer: count },
    position: { type: 'bigint', transformer: count },
  },
  relations: {
    pattern: { type: 'many-to-one', target: 'pattern', joinColumn: { name: 'pattern_id' } },
  },
});

export const RegistryHeadEntity = new EntitySchema<RegistryHeadRow>({
  name: 'registry_head',
  columns: {
    onlyRow: { name: 'only_row', type: 'boolean', primary: true },
    position: { type: 'bigint', transformer: count },
    searchable: { type: 'bigint', transformer: count },
  },
});
