import type { reportingZh } from './reporting.zh.js';

/** The texts about reports and statistics. */
export const reportingEn: typeof reportingZh = {
  report: {
    title: 'Report',
    zh: 'PDF in Chinese',
    en: 'PDF in English',
    pdfHint:
      'A4: both pictures, overlay, candidates, coverage, verdict, decision, thresholds, log receipt, QR code',
    xlsx: 'list (XLSX)',
    xlsxHint: 'a row for each picture',
    json: 'facts (JSON)',
    jsonHint: 'everything that the report says, with its digest',
  },
  statistics: {
    title: 'Statistics',
    from: 'first month',
    to: 'last month',
    period: '{{from}} to {{to}}',
    tooLong: 'Choose 1 to 36 months, the last not before the first.',
    sharesTitle: 'Share of duplicates',
    duplicates: 'found to be duplicates',
    elsewhere: 'of them registered in another province',
    shareOf: '{{count}}: {{percent}} of the {{of}} pictures that were checked',
    shareOfNothing: 'No picture was checked in this time.',
    sharesHint:
      'Both are shares of the different pictures that were checked in this time. The latest check of a picture counts, and a decision in force before its verdict. A picture checked in two months counts in both.',
    checksTitle: 'Checks by month',
    month: 'month',
    checks: 'checks',
    comparisons: 'comparisons',
    pictures: 'pictures',
    incomplete: 'incomplete',
    none: 'Nothing in this time.',
    worksTitle: 'Applications and certificates',
    by: 'grouped',
    groups: { month: 'by month', centre: 'by region (centre)', category: 'by category' },
    centre: 'region',
    noCentre: 'not given',
    category: 'category',
    applications: 'applications',
    certificates: 'certificates',
    worksHint:
      'Applications are those filed at this node; certificates go by their date of registration, imported ones and those revoked since included.',
    total: 'sum',
    monthly: 'Monthly table',
    monthlyOf: 'registrations of {{month}} (XLSX)',
    monthlyHint: 'all registrations of the month in the national form',
  },
};
