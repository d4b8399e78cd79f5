import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Findings between provinces: the signed statements of both sides, the evidence that goes with them, and what is to be delivered. */
export class CreateFindings1767225616000 implements MigrationInterface {
  readonly name = 'CreateFindings1767225616000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE finding_step (
        digest text PRIMARY KEY CONSTRAINT finding_step_digest_of_jws
          CHECK (digest = 'sha256:' || encode(sha256(convert_to(jws, 'UTF8')), 'hex')),
        finding_id uuid NOT NULL,
        arrival bigint GENERATED ALWAYS AS IDENTITY,
        signer text NOT NULL,
        step text NOT NULL,
        check_id uuid,
        jws text NOT NULL CHECK (octet_length(jws) BETWEEN 1 AND 65536),
        statement jsonb NOT NULL,
        evidence bytea CHECK (octet_length(evidence) <= 4194304)
      )`);
    await queryRunner.query(`CREATE INDEX finding_step_by_finding ON finding_step (finding_id, arrival)`);
    await queryRunner.query(
      `CREATE INDEX finding_step_sent ON finding_step (signer, arrival) WHERE step = 'sent'`,
    );
    await queryRunner.query(
      `CREATE INDEX finding_step_by_check ON finding_step (check_id) WHERE step = 'sent'`,
    );
    await queryRunner.query(`
      CREATE TRIGGER finding_step_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON finding_step
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()`);
    await queryRunner.query(`
      CREATE TABLE finding_delivery (
        digest text PRIMARY KEY REFERENCES finding_step,
        recipient text NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'refused', 'given-up')),
        attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        next_at timestamptz(3),
        problem text NOT NULL DEFAULT '' CHECK (char_length(problem) <= 1000),
        CHECK ((state = 'waiting') = (next_at IS NOT NULL))
      )`);
    await queryRunner.query(`CREATE INDEX finding_delivery_due ON finding_delivery (next_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE finding_delivery, finding_step');
  }
}
