import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '#libs/registry';

/** A person of the node. */
@Entity('person')
export class PersonRow {
  @PrimaryColumn({ name: 'user_name', type: 'text' })
  user!: string;

  @Column({ type: 'text', array: true })
  roles!: Role[];

  @Column({ name: 'password_hash', type: 'text' })
  passwordHash!: string;
}

/** Log-in attempts of one user name or address that have not succeeded. */
@Entity('log_in_attempt')
export class LogInAttemptRow {
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'integer' })
  failures!: number;

  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}
