import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Incomplete checks that wait to be asked again, with the fingerprints of this province's own pictures. */
export class KeepIncompleteChecks1767225611500 implements MigrationInterface {
  readonly name = 'KeepIncompleteChecks1767225611500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE incomplete_check (
        check_id uuid PRIMARY KEY REFERENCES duplicate_check,
        picture jsonb NOT NULL,
        model_digest text NOT NULL,
        fingerprint bytea NOT NULL CHECK (length(fingerprint) <= 32768),
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz(3) NOT NULL,
        since timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX incomplete_check_due ON incomplete_check (since, check_id)');
    await queryRunner.query(`
      CREATE UNIQUE INDEX duplicate_check_superseded ON duplicate_check ((content ->> 'supersedes'))
        WHERE content ->> 'supersedes' IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX duplicate_check_superseded');
    await queryRunner.query('DROP TABLE incomplete_check');
  }
}
