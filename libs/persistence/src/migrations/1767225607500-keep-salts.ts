import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The salts of what the log commits to, beside what they belong to and not in the log: they can be erased. */
export class KeepSalts1767225607500 implements MigrationInterface {
  readonly name = 'KeepSalts1767225607500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE commitment_salt (
        about uuid NOT NULL,
        "of" text NOT NULL CONSTRAINT commitment_salt_of_known CHECK ("of" IN ('picture', 'reason')),
        salt text NOT NULL CONSTRAINT commitment_salt_form CHECK (salt ~ '^[0-9a-f]{64}$'),
        PRIMARY KEY (about, "of")
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE commitment_salt`);
  }
}
