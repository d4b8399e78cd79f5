import { Button } from 'antd';
import { useState } from 'react';
import { callForFile } from '../api/client.js';
import { problemText } from '../words/problems.js';

interface SaveFileProps {
  /** Of the node's API. */
  readonly path: string;
  /** What the file is called on the person's computer. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
}

/** Saves a file that the node gives to who is logged in. */
export function SaveFile({ path, name, label, hint }: SaveFileProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const url = URL.createObjectURL(await callForFile(path));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      setProblem(null);
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="save">
      <Button size="small" title={hint} loading={busy} onClick={() => void save()}>
        {label}
      </Button>
      <span role="alert" className="bad">
        {problem}
      </span>
    </span>
  );
}
