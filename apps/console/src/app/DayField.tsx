import { Input } from 'antd';
import { useId } from 'react';

interface DayFieldProps {
  readonly name: string;
  /** ISO 8601 date; empty for none. */
  readonly value: string;
  readonly onChange: (day: string) => void;
}

/** A day by the browser's own field, up to today by China's time. */
export function DayField({ name, value, onChange }: DayFieldProps) {
  const id = useId();
  return (
    <span className="month">
      <label htmlFor={id}>{name}</label>
      <Input
        id={id}
        type="date"
        max={today()}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </span>
  );
}

/** ISO 8601 date, China's time. */
export function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Asia/Shanghai' }).format(
    new Date(),
  );
}
