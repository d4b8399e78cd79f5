import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reasons of findings beside the statements that commit to them: a statement is kept as it was signed, its reason can be erased. */
export class KeepReasonsOfFindingsApart1767225630000 implements MigrationInterface {
  readonly name = 'KeepReasonsOfFindingsApart1767225630000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE finding_reason (
        digest text PRIMARY KEY REFERENCES finding_step,
        reason text NOT NULL CHECK (char_length(reason) <= 4000),
        salt text NOT NULL CHECK (salt ~ '^[0-9a-f]{64}$')
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE finding_reason');
  }
}
