import type { WorkCalendar } from './work-calendar.js';

/** What the State Council gave out, by year. A node's own file (WEFT_WORK_CALENDAR) takes its place, and adds the years to come. */
export const CHINA_WORK_CALENDAR: WorkCalendar = {
  kind: 'weft.work-calendar.v1',
  years: [
    {
      year: 2025,
      source:
        '国务院办公厅关于2025年部分节假日安排的通知（2024年11月）；转录，逐日与 chinesecalendar 1.11.0、chinese-days 1.5.7 核对一致，未与通知原文核对',
      holidays: [
        '2025-01-01',
        ...days('2025-01', 28, 31),
        ...days('2025-02', 1, 4),
        ...days('2025-04', 4, 6),
        ...days('2025-05', 1, 5),
        ...days('2025-05', 31, 31),
        ...days('2025-06', 1, 2),
        ...days('2025-10', 1, 8),
      ],
      worked: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
    },
    {
      year: 2026,
      source:
        '国务院办公厅关于2026年部分节假日安排的通知（2025年11月）；转录，逐日与 chinesecalendar 1.11.0、chinese-days 1.5.7 核对一致，未与通知原文核对',
      holidays: [
        ...days('2026-01', 1, 3),
        ...days('2026-02', 15, 23),
        ...days('2026-04', 4, 6),
        ...days('2026-05', 1, 5),
        ...days('2026-06', 19, 21),
        ...days('2026-09', 25, 27),
        ...days('2026-10', 1, 7),
      ],
      worked: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
    },
  ],
};

function days(month: string, first: number, last: number): string[] {
  return Array.from(
    { length: last - first + 1 },
    (_, place) => `${month}-${String(first + place).padStart(2, '0')}`,
  );
}
