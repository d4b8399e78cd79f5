import qrcode from 'qrcode-generator';
import { useMemo } from 'react';

/** White modules around a code (ISO/IEC 18004). */
const QUIET = 4;

/** A text as a QR code, error correction M. @param text ASCII */
export function QrCode({ text, name }: { readonly text: string; readonly name: string }) {
  const { side, path } = useMemo(() => drawCode(text), [text]);
  return (
    <svg className="qr" role="img" aria-label={name} viewBox={`0 0 ${side} ${side}`}>
      <path d={path} />
    </svg>
  );
}

function drawCode(text: string): { readonly side: number; readonly path: string } {
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const count = code.getModuleCount();
  const places = Array.from({ length: count }, (_, place) => place);
  const path = places
    .flatMap((row) =>
      places
        .filter((column) => code.isDark(row, column))
        .map((column) => `M${column + QUIET} ${row + QUIET}h1v1h-1z`),
    )
    .join('');
  return { side: count + 2 * QUIET, path };
}
