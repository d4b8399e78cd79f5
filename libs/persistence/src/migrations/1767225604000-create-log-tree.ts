import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The Merkle tree over the log's entries: its tiles, every checkpoint that was signed, and who cosigned it. */
export class CreateLogTree1767225604000 implements MigrationInterface {
  readonly name = 'CreateLogTree1767225604000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // A checkpoint names the one that it follows, and only one may follow each: two writers cannot fork the log.
    await queryRunner.query(`
      CREATE TABLE log_checkpoint (
        origin text NOT NULL,
        size bigint NOT NULL CONSTRAINT log_checkpoint_size_positive CHECK (size > 0),
        root bytea NOT NULL CONSTRAINT log_checkpoint_root_form CHECK (octet_length(root) = 32),
        note text NOT NULL CONSTRAINT log_checkpoint_note_bounded CHECK (octet_length(note) BETWEEN 1 AND 65536),
        previous_size bigint CONSTRAINT log_checkpoint_grows CHECK (size > previous_size),
        previous_root bytea,
        PRIMARY KEY (origin, size),
        CONSTRAINT log_checkpoint_named UNIQUE (origin, size, root),
        CONSTRAINT log_checkpoint_never_forks UNIQUE NULLS NOT DISTINCT (origin, previous_size),
        CONSTRAINT log_checkpoint_follows FOREIGN KEY (origin, previous_size, previous_root)
          REFERENCES log_checkpoint (origin, size, root),
        CONSTRAINT log_checkpoint_previous_whole CHECK ((previous_size IS NULL) = (previous_root IS NULL))
      )`);
    await queryRunner.query(`
      CREATE TABLE log_cosignature (
        origin text NOT NULL,
        size bigint NOT NULL,
        signer text NOT NULL CONSTRAINT log_cosignature_signer_bounded CHECK (octet_length(signer) BETWEEN 1 AND 256),
        line text NOT NULL CONSTRAINT log_cosignature_line_bounded CHECK (octet_length(line) BETWEEN 1 AND 1024),
        PRIMARY KEY (origin, size, signer),
        CONSTRAINT log_cosignature_checkpoint FOREIGN KEY (origin, size) REFERENCES log_checkpoint
      )`);
    await queryRunner.query(`
      CREATE TABLE log_tile (
        origin text NOT NULL,
        level smallint NOT NULL CONSTRAINT log_tile_level_bounded CHECK (level BETWEEN 0 AND 6),
        index bigint NOT NULL CONSTRAINT log_tile_index_from_zero CHECK (index >= 0),
        hashes bytea NOT NULL CONSTRAINT log_tile_of_hashes
          CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
        PRIMARY KEY (origin, level, index)
      )`);
    // Hashes do not compress: the attempt would only cost time.
    await queryRunner.query(`ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL`);
    await this.refuseChanges(queryRunner);
    await this.tellOfAppends(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER audit_log_tells_of_appends ON audit_log`);
    await queryRunner.query(`DROP TABLE log_tile, log_cosignature, log_checkpoint`);
    await queryRunner.query(`DROP FUNCTION tell_of_append(), refuse_change_of_tile()`);
  }

  private async refuseChanges(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['log_checkpoint', 'log_cosignature']) {
      await queryRunner.query(`
        CREATE TRIGGER ${table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()`);
    }
    await queryRunner.query(`
      CREATE TRIGGER log_tile_is_kept BEFORE DELETE OR TRUNCATE ON log_tile
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()`);
    await queryRunner.query(`
      CREATE FUNCTION refuse_change_of_tile() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (NEW.origin, NEW.level, NEW.index) IS DISTINCT FROM (OLD.origin, OLD.level, OLD.index)
          OR substring(NEW.hashes FOR octet_length(OLD.hashes)) IS DISTINCT FROM OLD.hashes THEN
          RAISE EXCEPTION 'a tile only grows: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER log_tile_only_grows BEFORE UPDATE ON log_tile
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_tile()`);
  }

  /** Whichever program appends, the one that signs hears of it when the append has committed. */
  private async tellOfAppends(queryRunner: QueryRunner): Promise<void> {
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
