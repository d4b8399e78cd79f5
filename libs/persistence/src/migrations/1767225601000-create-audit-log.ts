import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The log's entries, in their RFC 8785 form, numbered without a gap; the database itself refuses to change them. */
export class CreateAuditLog1767225601000 implements MigrationInterface {
  readonly name = 'CreateAuditLog1767225601000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_log (
        origin text NOT NULL,
        index bigint NOT NULL CONSTRAINT audit_log_index_from_zero CHECK (index >= 0),
        entry text NOT NULL,
        digest text NOT NULL CONSTRAINT audit_log_digest_of_entry
          CHECK (digest = 'sha256:' || encode(sha256(convert_to(entry, 'UTF8')), 'hex')),
        created_at timestamptz(3) NOT NULL,
        PRIMARY KEY (origin, index)
      )`);
    await queryRunner.query(`
      CREATE TABLE audit_log_head (
        origin text PRIMARY KEY,
        size bigint NOT NULL
      )`);
    await queryRunner.query(`
      CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE audit_log_head, audit_log`);
    await queryRunner.query(`DROP FUNCTION refuse_change_of_audit_log()`);
  }
}
