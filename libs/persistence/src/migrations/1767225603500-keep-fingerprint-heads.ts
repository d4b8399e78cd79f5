import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The head of a fingerprint in its row: what an index reads of all patterns when it is filled. The bytes themselves lie out of
 * line, a read each. Rows from before have none, and are read as they lie.
 */
export class KeepFingerprintHeads1767225603500 implements MigrationInterface {
  readonly name = 'KeepFingerprintHeads1767225603500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE fingerprint ADD COLUMN head bytea CONSTRAINT fingerprint_head_bounded CHECK (octet_length(head) <= 1066)`,
    );
    await queryRunner.query(`ALTER TABLE fingerprint ALTER COLUMN head SET STORAGE PLAIN`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE fingerprint DROP COLUMN head`);
  }
}
