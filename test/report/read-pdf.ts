import { PDFiumLibrary } from '@hyzyla/pdfium';
import { extractText, getDocumentProxy } from 'unpdf';

/** A page as a screen shows it. */
export interface RenderedPage {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel. */
  readonly pixels: Uint8Array;
}

/** The text of each page, in the order in which it was drawn. */
export async function textOfPages(pdf: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false });
  return text.map((page) => page.replaceAll('\n', ''));
}

/** The pages as pixels. @param scale pixels a point */
export async function renderPages(pdf: Uint8Array, scale: number): Promise<RenderedPage[]> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const pages: RenderedPage[] = [];
    for (const page of document.pages()) {
      const { width, height, data } = await page.render({ scale, render: 'bitmap' });
      pages.push({ width, height, pixels: data });
    }
    document.destroy();
    return pages;
  } finally {
    library.destroy();
  }
}
