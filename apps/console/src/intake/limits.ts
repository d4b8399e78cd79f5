/** What the console takes in; the node refuses more by itself. */
export const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
/** Pictures of one batch. */
export const MAX_BATCH = 10_000;
/** Entries that are read of one zip. */
export const MAX_ZIP_ENTRIES = 10_000;
/** Bytes that one zip may become when it is unpacked. */
export const MAX_UNPACKED_BYTES = 2 * 1024 * 1024 * 1024;
/** A zip that grows more than this is no collection of pictures, which hardly shrink. */
export const MAX_ZIP_RATIO = 100;
/** Characters of a picture's name. */
export const MAX_NAME = 200;
