import { z } from 'zod';

/**
 * Pictures of the batches on their way and of the checks looked at, in this browser: the node keeps fingerprints alone. They are there
 * after the page was closed, and gone when the person logs out.
 */
const DATABASE = 'weft-console';
const VERSION = 1;
const MOST_BYTES = 1024 * 1024 * 1024;

const pictureSchema = z.object({ digest: z.string(), file: z.instanceof(Blob), keptAt: z.number() });

const uploadSchema = z.object({
  batchId: z.string(),
  keptAt: z.number(),
  /** Whether the node has all of them and was told to start. */
  done: z.boolean(),
  pictures: z.array(z.object({ name: z.string(), digest: z.string() })),
});

/** What one batch is made of, so that its upload goes on after the page was closed. */
export type Upload = z.infer<typeof uploadSchema>;

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('pictures', { keyPath: 'digest' });
      request.result.createObjectStore('uploads', { keyPath: 'batchId' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
  return opened;
}

async function run<T>(
  store: 'pictures' | 'uploads',
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<unknown> {
  const transaction = (await database()).transaction(store, mode);
  const request = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () =>
      reject(transaction.error ?? new Error('the browser refused to keep it'));
  });
}

/** @throws Error where the browser has no room */
export async function keepPictures(pictures: readonly { digest: string; file: Blob }[]): Promise<void> {
  const keptAt = Date.now();
  for (const { digest, file } of pictures)
    await run('pictures', 'readwrite', (store) => store.put({ digest, file, keptAt }));
}

/** The picture of this digest, if this browser has it. */
export async function findPicture(digest: string): Promise<Blob | null> {
  const kept = await run('pictures', 'readonly', (store) => store.get(digest));
  return pictureSchema.safeParse(kept).data?.file ?? null;
}

export async function keepUpload(upload: Upload): Promise<void> {
  await run('uploads', 'readwrite', (store) => store.put(upload));
}

export async function findUpload(batchId: string): Promise<Upload | null> {
  const kept = await run('uploads', 'readonly', (store) => store.get(batchId));
  return uploadSchema.safeParse(kept).data ?? null;
}

export async function allUploads(): Promise<Upload[]> {
  return z.array(uploadSchema).parse(await run('uploads', 'readonly', (store) => store.getAll()));
}

/** Forgets the oldest batches until what is kept is under a gigabyte. */
export async function makeRoom(): Promise<void> {
  const uploads = (await allUploads()).sort((one, other) => other.keptAt - one.keptAt);
  const wanted = new Set<string>();
  let bytes = 0;
  for (const upload of uploads) {
    const files = await Promise.all(upload.pictures.map(({ digest }) => findPicture(digest)));
    bytes += files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
    if (bytes > MOST_BYTES && upload.done)
      await run('uploads', 'readwrite', (store) => store.delete(upload.batchId));
    else for (const { digest } of upload.pictures) wanted.add(digest);
  }
  if (bytes <= MOST_BYTES) return;
  const keys = z.array(z.string()).parse(await run('pictures', 'readonly', (store) => store.getAllKeys()));
  for (const key of keys)
    if (!wanted.has(key)) await run('pictures', 'readwrite', (store) => store.delete(key));
}

/** Forgets everything: the next person at this browser finds none of it. */
export async function forgetAll(): Promise<void> {
  await run('pictures', 'readwrite', (store) => store.clear());
  await run('uploads', 'readwrite', (store) => store.clear());
}
