import { Input } from 'antd';

const MOST_REASON = 1_000;

interface ReasonInputProps {
  /** What is to be said, as its name and in the empty field. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One line for why something is done. */
export function ReasonInput({ label, value, onChange }: ReasonInputProps) {
  return (
    <Input
      aria-label={label}
      placeholder={label}
      value={value}
      maxLength={MOST_REASON}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
