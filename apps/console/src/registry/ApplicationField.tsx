import { Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

/** What is too long is said, not cut off; this only bounds what a paste may bring. */
const MOST_CHARACTERS = 2_000;

/** What is written of a work in its application, in the order in which the form asks for it. */
export const FIELDS = [
  { name: 'title', word: 'registrations.workTitle', kind: 'text', required: true },
  { name: 'owner', word: 'registrations.owner', kind: 'text', required: true },
  { name: 'category', word: 'registrations.category', kind: 'letter', required: true },
  { name: 'completedOn', word: 'registrations.completedOn', kind: 'date', required: false },
  { name: 'firstPublishedOn', word: 'registrations.firstPublishedOn', kind: 'date', required: false },
  { name: 'centre', word: 'registrations.centre', kind: 'text', required: false },
] as const;

export type FieldName = (typeof FIELDS)[number]['name'];

interface ApplicationFieldProps {
  readonly field: (typeof FIELDS)[number];
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with the value, in the user's language; null if nothing is. */
  readonly problem: string | null;
}

/** One line of the application form. */
export function ApplicationField({ field, value, onChange, problem }: ApplicationFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <p className="field">
      <label htmlFor={id}>
        {t(field.word)}
        {field.required && <span className="quiet small"> {t('applications.required')}</span>}
      </label>
      <Input
        id={id}
        type={field.kind === 'date' ? 'date' : 'text'}
        value={value}
        onChange={({ target }) =>
          onChange(field.kind === 'letter' ? target.value.toUpperCase() : target.value)
        }
        maxLength={field.kind === 'letter' ? 1 : MOST_CHARACTERS}
        required={field.required}
        status={problem === null ? '' : 'error'}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
      />
      <span id={`${id}-problem`} role="alert" className="bad small">
        {problem}
      </span>
    </p>
  );
}
