import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Infringements found in the market: what they are about, every step with what was said, and the bundles that were handed on. */
export class CreateMarketFindings1767225617000 implements MigrationInterface {
  readonly name = 'CreateMarketFindings1767225617000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE market_finding (
        finding_id uuid PRIMARY KEY,
        arrival bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        check_id uuid NOT NULL REFERENCES duplicate_check,
        registration_id uuid NOT NULL,
        province text NOT NULL,
        state text NOT NULL CHECK (state IN ('found', 'handed-on', 'concluded')),
        CONSTRAINT market_finding_once UNIQUE (check_id, registration_id)
      )`);
    await queryRunner.query(`CREATE INDEX market_finding_by_state ON market_finding (state, arrival)`);
    await queryRunner.query(
      `CREATE INDEX market_finding_by_registration ON market_finding (registration_id)`,
    );
    await queryRunner.query(`
      CREATE TABLE market_finding_step (
        step_id uuid PRIMARY KEY,
        finding_id uuid NOT NULL REFERENCES market_finding,
        place integer NOT NULL CHECK (place BETWEEN 1 AND 64),
        content jsonb NOT NULL,
        evidence bytea CHECK (octet_length(evidence) <= 16777216),
        UNIQUE (finding_id, place),
        CHECK ((evidence IS NOT NULL) = (content ->> 'step' = 'handed-on'))
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE market_finding_step, market_finding');
  }
}
