import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the entries of a log that tell how many registrations are searchable, and what is in force, without a look at the others. */
export class FindCountsInTheLog1767225607000 implements MigrationInterface {
  readonly name = 'FindCountsInTheLog1767225607000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX audit_log_tells_count ON audit_log (origin, index) WHERE entry LIKE '%"searchable":%'`);
    await queryRunner.query(`
      CREATE INDEX audit_log_in_force ON audit_log (origin, index) WHERE entry LIKE '%.changed"}'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX audit_log_tells_count, audit_log_in_force`);
  }
}
