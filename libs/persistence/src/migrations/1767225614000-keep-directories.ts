import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The member directories that this node has been run with, as their founders signed them. */
export class KeepDirectories1767225614000 implements MigrationInterface {
  readonly name = 'KeepDirectories1767225614000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE kept_directory (
        epoch integer PRIMARY KEY CHECK (epoch > 0),
        signed jsonb NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE kept_directory');
  }
}
