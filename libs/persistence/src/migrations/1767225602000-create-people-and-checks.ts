import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, their log-in attempts, duplicate checks and batches of them. */
export class CreatePeopleAndChecks1767225602000 implements MigrationInterface {
  readonly name = 'CreatePeopleAndChecks1767225602000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE person (
        user_name text PRIMARY KEY CHECK (length(user_name) BETWEEN 2 AND 32),
        roles text[] NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['examiner', 'auditor', 'operator']),
        password_hash text NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE log_in_attempt (
        key text PRIMARY KEY CHECK (length(key) <= 128),
        failures integer NOT NULL,
        last_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX log_in_attempt_by_age ON log_in_attempt (last_at)');
    await queryRunner.query(`
      CREATE TABLE duplicate_check (
        check_id uuid PRIMARY KEY,
        asked_by text NOT NULL,
        asked_at timestamptz(3) NOT NULL,
        picture_digest text NOT NULL,
        verdict text NOT NULL CHECK (verdict IN ('DUPLICATE', 'SUSPECTED', 'CLEAR', 'INCOMPLETE')),
        content jsonb NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX duplicate_check_by_time ON duplicate_check (asked_at, check_id)');
    await queryRunner.query(`
      CREATE TABLE check_batch (
        batch_id uuid PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('collecting', 'running', 'finished')),
        count integer NOT NULL CHECK (count BETWEEN 1 AND 10000),
        asked_by text NOT NULL,
        opened_at timestamptz(3) NOT NULL,
        started_at timestamptz
      )`);
    await queryRunner.query(`CREATE INDEX check_batch_open ON check_batch (state) WHERE state <> 'finished'`);
    await queryRunner.query(`
      CREATE TABLE check_batch_item (
        batch_id uuid NOT NULL REFERENCES check_batch ON DELETE CASCADE,
        place integer NOT NULL CHECK (place BETWEEN 1 AND 10000),
        name text NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'checked', 'failed')),
        picture jsonb,
        model_digest text,
        fingerprint bytea CHECK (length(fingerprint) <= 32768),
        check_id uuid REFERENCES duplicate_check,
        error jsonb,
        PRIMARY KEY (batch_id, place),
        UNIQUE (batch_id, name),
        CHECK (state = 'waiting' OR fingerprint IS NULL),
        CHECK ((state = 'checked') = (check_id IS NOT NULL)),
        CHECK ((state = 'failed') = (error IS NOT NULL))
      )`);
    await queryRunner.query(
      `CREATE INDEX check_batch_item_waiting ON check_batch_item (batch_id, place) WHERE state = 'waiting'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE check_batch_item, check_batch, duplicate_check, log_in_attempt, person',
    );
  }
}
