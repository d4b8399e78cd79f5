import { Button } from 'antd';
import { useEffect, useRef } from 'react';

interface FileButtonProps {
  readonly label: string;
  readonly onFiles: (files: File[]) => void;
  readonly many?: boolean;
  /** Whether a whole folder is chosen. */
  readonly folder?: boolean;
  readonly primary?: boolean;
}

/** A button that opens the system's dialog for files. */
export function FileButton({
  label,
  onFiles,
  many = false,
  folder = false,
  primary = false,
}: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => void input.current?.toggleAttribute('webkitdirectory', folder), [folder]);
  return (
    <>
      <Button type={primary ? 'primary' : 'default'} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        aria-label={label}
        className="away"
        tabIndex={-1}
        multiple={many || folder}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}
