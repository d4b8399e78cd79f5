import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The signer looks by itself. A commit that notifies holds a lock of the whole server until it is on the disk (PostgreSQL, async.c:
 * PreCommit_Notify), so that appends to the logs of all its databases were made durable one after the other.
 */
export class TellOfNoAppends1767225620000 implements MigrationInterface {
  readonly name = 'TellOfNoAppends1767225620000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER audit_log_tells_of_appends ON audit_log`);
    await queryRunner.query(`DROP FUNCTION tell_of_append()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION tell_of_append() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('weft_log', '');
        RETURN NULL;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_log_tells_of_appends AFTER INSERT ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION tell_of_append()`);
  }
}
