import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a witness remembers of the others' logs, the receipts of checks, and a way to an entry by what it is about. */
export class CreateWitness1767225606000 implements MigrationInterface {
  readonly name = 'CreateWitness1767225606000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE witnessed_log (
        origin text PRIMARY KEY,
        size bigint NOT NULL CONSTRAINT witnessed_log_size_from_zero CHECK (size >= 0),
        root bytea NOT NULL CONSTRAINT witnessed_log_root_form CHECK (octet_length(root) = 32),
        note text NOT NULL CONSTRAINT witnessed_log_note_bounded CHECK (octet_length(note) BETWEEN 1 AND 262144),
        cosigned_at timestamptz(3) NOT NULL
      )`);
    // A witness that went back would cosign a second history.
    await queryRunner.query(`
      CREATE FUNCTION refuse_shorter_log() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP <> 'UPDATE' OR NEW.origin <> OLD.origin OR NEW.size < OLD.size
          OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
          RAISE EXCEPTION 'a witnessed log only grows: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER witnessed_log_only_grows BEFORE UPDATE OR DELETE ON witnessed_log
        FOR EACH ROW EXECUTE FUNCTION refuse_shorter_log()`);
    await queryRunner.query(`
      CREATE TABLE log_equivocation (
        origin text NOT NULL,
        digest text NOT NULL,
        reason text NOT NULL CHECK (reason IN ('TWO_ROOTS', 'NO_PROOF')),
        proof jsonb NOT NULL,
        seen_at timestamptz(3) NOT NULL,
        PRIMARY KEY (origin, digest)
      )`);
    await queryRunner.query(`
      CREATE TRIGGER log_equivocation_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON log_equivocation
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()`);
    await queryRunner.query(`
      CREATE TABLE check_receipt (
        check_id uuid NOT NULL REFERENCES duplicate_check,
        party text NOT NULL,
        about text NOT NULL CHECK (about IN ('question', 'answer', 'result', 'judgement')),
        digest text NOT NULL,
        state text NOT NULL DEFAULT 'PENDING'
          CHECK (state IN ('PENDING', 'WITNESSED', 'UNWITNESSED', 'INVALID')),
        detail text NOT NULL DEFAULT '' CHECK (octet_length(detail) <= 4096),
        receipt text CHECK (octet_length(receipt) <= 262144),
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz(3),
        changed_at timestamptz(3) NOT NULL,
        PRIMARY KEY (check_id, party, about),
        CHECK ((state IN ('PENDING', 'INVALID')) OR receipt IS NOT NULL)
      )`);
    await queryRunner.query(
      `CREATE INDEX check_receipt_due ON check_receipt (party, next_at) WHERE next_at IS NOT NULL`,
    );
    await this.findEntriesBySubject(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX audit_log_by_subject`);
    await queryRunner.query(`DROP TABLE check_receipt, log_equivocation, witnessed_log`);
    await queryRunner.query(`DROP FUNCTION subject_of_entry(text), refuse_shorter_log()`);
  }

  /** In the RFC 8785 form an entry ends with its subject and its type: the end is all that is looked at. */
  private async findEntriesBySubject(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION subject_of_entry(entry text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT substring(right(entry, 110) FROM
          '"subject":"([0-9a-f-]{36})","type":"(?:check|member|registry)\\.[a-z]{5,16}"}$')
      $$`);
    await queryRunner.query(`
      CREATE INDEX audit_log_by_subject ON audit_log (subject_of_entry(entry)) WHERE subject_of_entry(entry) IS NOT NULL`);
  }
}
