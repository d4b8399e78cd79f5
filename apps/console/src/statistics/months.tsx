import { Input } from 'antd';
import { useId } from 'react';

const MONTH = /^20\d{2}-(0[1-9]|1[0-2])$/;
/** The node gives no more at once. */
const MOST_MONTHS = 36;

/** The first and the last of so many months up to now ("2026-03"), China's time. */
export function latestMonths(count: number): readonly [string, string] {
  const [year = 0, month = 0] = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeZone: 'Asia/Shanghai',
  })
    .format(new Date())
    .split('-')
    .map(Number);
  const last = 12 * year + month - 1;
  return [monthText(last - count + 1), monthText(last)];
}

/** Whether these are months, and of a period that the node gives figures of. */
export function isPeriod(from: string, to: string): boolean {
  if (!MONTH.test(from) || !MONTH.test(to)) return false;
  const months = monthNumber(to) - monthNumber(from) + 1;
  return months >= 1 && months <= MOST_MONTHS;
}

interface MonthFieldProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (month: string) => void;
}

/** A month by the browser's own field. */
export function MonthField({ name, value, onChange }: MonthFieldProps) {
  const id = useId();
  return (
    <span className="month">
      <label htmlFor={id}>{name}</label>
      <Input id={id} type="month" value={value} onChange={({ target }) => onChange(target.value)} />
    </span>
  );
}

function monthNumber(month: string): number {
  return 12 * Number(month.slice(0, 4)) + Number(month.slice(5)) - 1;
}

function monthText(number: number): string {
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`;
}
