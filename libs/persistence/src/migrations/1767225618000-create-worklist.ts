import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The worklist of duplicates that comparisons of whole registries found, and the steps of the work on it. */
export class CreateWorklist1767225618000 implements MigrationInterface {
  readonly name = 'CreateWorklist1767225618000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE worklist_item (
        item_id uuid PRIMARY KEY,
        registration_id uuid NOT NULL,
        province text NOT NULL,
        other_id uuid NOT NULL,
        other_number text,
        other_title text,
        score double precision NOT NULL CHECK (score BETWEEN -1 AND 1),
        transform jsonb,
        check_id uuid,
        found_at timestamptz(3) NOT NULL,
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'closed'))
      )`);
    await queryRunner.query(`CREATE INDEX worklist_item_by_score ON worklist_item (score DESC, item_id)`);
    await queryRunner.query(
      `CREATE INDEX worklist_item_by_state ON worklist_item (state, score DESC, item_id)`,
    );
    await queryRunner.query(`CREATE INDEX worklist_item_by_registration ON worklist_item (registration_id)`);
    await queryRunner.query(`CREATE INDEX worklist_item_by_other ON worklist_item (other_id)`);
    await queryRunner.query(`
      CREATE TABLE worklist_step (
        step_id uuid PRIMARY KEY,
        item_id uuid NOT NULL REFERENCES worklist_item,
        place integer NOT NULL CHECK (place BETWEEN 1 AND 64),
        step text NOT NULL CHECK (step IN ('taken', 'released', 'closed')),
        acted_by text NOT NULL,
        acted_at timestamptz(3) NOT NULL,
        result text CHECK (result IN ('same-work', 'not-a-duplicate', 'finding-sent')),
        reason text CHECK (octet_length(reason) BETWEEN 1 AND 4000),
        finding_id uuid,
        UNIQUE (item_id, place),
        CHECK ((step = 'closed') = (result IS NOT NULL) AND (step = 'closed') = (reason IS NOT NULL)),
        CHECK ((result IS NOT DISTINCT FROM 'finding-sent') = (finding_id IS NOT NULL))
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE worklist_step, worklist_item');
  }
}
