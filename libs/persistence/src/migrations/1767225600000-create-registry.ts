import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One province's registry: patterns, their fingerprints, registrations, serials, and the head that counts changes. */
export class CreateRegistry1767225600000 implements MigrationInterface {
  readonly name = 'CreateRegistry1767225600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE pattern (
        pattern_id uuid PRIMARY KEY,
        picture_digest text NOT NULL CONSTRAINT pattern_picture_digest_unique UNIQUE
          CONSTRAINT pattern_picture_digest_form CHECK (picture_digest ~ '^sha256:[0-9a-f]{64}$'),
        media_type text NOT NULL CONSTRAINT pattern_media_type_form CHECK (media_type ~ '^image/[a-z0-9.+-]{1,40}$'),
        width integer NOT NULL CONSTRAINT pattern_width_positive CHECK (width > 0),
        height integer NOT NULL CONSTRAINT pattern_height_positive CHECK (height > 0)
      )`);
    // Fingerprints of several models stand side by side while a registry moves to a new model.
    await queryRunner.query(`
      CREATE TABLE fingerprint (
        pattern_id uuid NOT NULL CONSTRAINT fingerprint_pattern REFERENCES pattern,
        model_digest text NOT NULL
          CONSTRAINT fingerprint_model_digest_form CHECK (model_digest ~ '^sha256:[0-9a-f]{64}$'),
        bytes bytea NOT NULL CONSTRAINT fingerprint_bytes_bounded CHECK (octet_length(bytes) BETWEEN 1 AND 32768),
        PRIMARY KEY (pattern_id, model_digest)
      )`);
    // Vectors do not compress: the attempt would only cost time.
    await queryRunner.query(`ALTER TABLE fingerprint ALTER COLUMN bytes SET STORAGE EXTERNAL`);
    await queryRunner.query(`
      CREATE TABLE registration (
        registration_id uuid PRIMARY KEY,
        pattern_id uuid NOT NULL CONSTRAINT registration_pattern REFERENCES pattern,
        registration_number text CONSTRAINT registration_number_unique UNIQUE
          CONSTRAINT registration_number_bounded CHECK (char_length(registration_number) BETWEEN 1 AND 64),
        state text NOT NULL
          CONSTRAINT registration_state_known CHECK (state IN ('applied', 'examined', 'registered', 'refused', 'revoked')),
        title text NOT NULL CONSTRAINT registration_title_bounded CHECK (char_length(title) BETWEEN 1 AND 200),
        category text NOT NULL CONSTRAINT registration_category_form CHECK (category ~ '^[A-Z]$'),
        owner text NOT NULL CONSTRAINT registration_owner_bounded CHECK (char_length(owner) BETWEEN 1 AND 200),
        centre text NOT NULL CONSTRAINT registration_centre_bounded CHECK (char_length(centre) <= 200),
        completed_on date,
        first_published_on date,
        registered_on date,
        filed_at timestamptz(3) NOT NULL,
        reason text NOT NULL CONSTRAINT registration_reason_bounded CHECK (char_length(reason) <= 2000),
        ordinal bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT registration_ordinal_unique UNIQUE,
        position bigint NOT NULL CONSTRAINT registration_position_unique UNIQUE,
        CONSTRAINT registration_number_in_its_states
          CHECK ((state IN ('registered', 'revoked')) = (registration_number IS NOT NULL)),
        CONSTRAINT registration_date_with_number CHECK (registered_on IS NULL OR registration_number IS NOT NULL)
      )`);
    await queryRunner.query(`CREATE INDEX registration_of_pattern ON registration (pattern_id)`);
    await queryRunner.query(`
      CREATE TABLE registration_serial (
        year smallint NOT NULL,
        category text NOT NULL CONSTRAINT registration_serial_category_form CHECK (category ~ '^[A-Z]$'),
        last bigint NOT NULL CONSTRAINT registration_serial_positive CHECK (last > 0),
        PRIMARY KEY (year, category)
      )`);
    await queryRunner.query(`
      CREATE TABLE registry_head (
        only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT registry_head_one_row CHECK (only_row),
        position bigint NOT NULL,
        searchable bigint NOT NULL
      )`);
    await queryRunner.query(`INSERT INTO registry_head (position, searchable) VALUES (0, 0)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP TABLE registry_head, registration_serial, registration, fingerprint, pattern`,
    );
  }
}
