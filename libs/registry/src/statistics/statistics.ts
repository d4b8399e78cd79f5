import type { EndedExaminations } from './examination-figures.js';
import type { Registration } from '../registration/registration.js';

/** Works of one month, centre and category. */
export interface WorkFigures {
  /** "2026-03", Chinese time. */
  readonly month: string;
  /** The centre inside the province; empty if unknown. */
  readonly centre: string;
  readonly category: string;
  /** Applications filed at this node; what was imported is none. */
  readonly applications: number;
  /** Registrations by their date of registration, imported and revoked ones included. */
  readonly certificates: number;
}

/** Checks of one month. */
export interface CheckFigures {
  readonly month: string;
  readonly checks: number;
  /** Patterns compared: what the members searched, summed over all checks. */
  readonly comparisons: number;
  /** Different pictures that were checked; the latest check of each counts. */
  readonly pictures: number;
  /** Pictures found to be duplicates: by the decision in force where there is one, else by the verdict. */
  readonly duplicates: number;
  /** Those of them that are registered in another province. */
  readonly elsewhere: number;
  /** Pictures that are no duplicates as far as is known, and whose check is not complete. */
  readonly incomplete: number;
}

/** What one province's monthly report lists of a registration (notice of 2011 on registration procedure). */
export type MonthlyRow = Pick<
  Registration,
  'registeredOn' | 'title' | 'category' | 'owner' | 'completedOn' | 'firstPublishedOn' | 'registrationNumber'
>;

/** The figures of a node, from its own database. Months are "2026-03" and both ends belong to the period; at most 36. */
export interface StatisticsReader {
  /** By month, centre, category; at most 10,000 rows. */
  works(from: string, to: string): Promise<WorkFigures[]>;
  /** By month. */
  checks(from: string, to: string): Promise<CheckFigures[]>;
  /** Examinations of applications filed at this node that ended in the period, those of the same two days together; at most 100,000. */
  examinations(from: string, to: string): Promise<EndedExaminations[]>;
  /** The registrations of a month by date and number; at most 20,000. */
  monthly(month: string): Promise<MonthlyRow[]>;
}

/** A share, and what it is a share of. */
export interface Share {
  readonly count: number;
  readonly of: number;
  /** 0 to 1; null of nothing. */
  readonly share: number | null;
}

/** A period's duplicates, and those registered elsewhere, each as a share of the pictures that were checked. */
export function sharesOf(months: readonly CheckFigures[]): {
  readonly duplicates: Share;
  readonly elsewhere: Share;
} {
  const sum = (of: 'pictures' | 'duplicates' | 'elsewhere'): number =>
    months.reduce((total, figures) => total + figures[of], 0);
  const of = sum('pictures');
  const share = (count: number): Share => ({ count, of, share: of === 0 ? null : count / of });
  return { duplicates: share(sum('duplicates')), elsewhere: share(sum('elsewhere')) };
}
