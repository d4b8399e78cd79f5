import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decisions on checks, and the clear tokens that let registrations in. */
export class CreateDecisions1767225611000 implements MigrationInterface {
  readonly name = 'CreateDecisions1767225611000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE check_decision (
        decision_id uuid PRIMARY KEY,
        check_id uuid NOT NULL REFERENCES duplicate_check,
        place integer NOT NULL CHECK (place BETWEEN 1 AND 200),
        registration_id uuid,
        kind text NOT NULL CHECK (kind IN ('duplicate', 'derivative', 'not-a-duplicate', 'needs-more')),
        reason text NOT NULL CHECK (octet_length(reason) BETWEEN 1 AND 4000),
        decided_by text NOT NULL,
        decided_at timestamptz(3) NOT NULL,
        confirmed_by text CHECK (confirmed_by <> decided_by),
        confirmed_at timestamptz(3),
        in_force boolean NOT NULL,
        supersedes uuid REFERENCES check_decision,
        UNIQUE (check_id, place),
        CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
        CHECK ((place = 1) = (supersedes IS NULL))
      )`);
    await queryRunner.query(`
      CREATE TABLE used_clear_token (
        token_id uuid PRIMARY KEY,
        registration_id uuid NOT NULL REFERENCES registration
      )`);
    await queryRunner.query(`
      CREATE INDEX duplicate_check_by_registration ON duplicate_check ((content ->> 'registrationId'), asked_at)
        WHERE content ->> 'registrationId' IS NOT NULL`);
    await queryRunner.query('DROP INDEX audit_log_by_subject');
    await this.findSubjectsOf(queryRunner, 'check|member|registry|decision', '[a-z]{4,16}');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_log_by_subject');
    await this.findSubjectsOf(queryRunner, 'check|member|registry', '[a-z]{5,16}');
    await queryRunner.query('DROP INDEX duplicate_check_by_registration');
    await queryRunner.query('DROP TABLE used_clear_token, check_decision');
  }

  private async findSubjectsOf(queryRunner: QueryRunner, families: string, kinds: string): Promise<void> {
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION subject_of_entry(entry text) RETURNS text
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT substring(right(entry, 110) FROM
          '"subject":"([0-9a-f-]{36})","type":"(?:${families})\\.${kinds}"}$')
      $$`);
    await queryRunner.query(`
      CREATE INDEX audit_log_by_subject ON audit_log (subject_of_entry(entry)) WHERE subject_of_entry(entry) IS NOT NULL`);
  }
}
