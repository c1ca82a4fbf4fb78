/** What a run id may be: it stands in addresses and in file names. */

/** Unique on the server. */
export const RUN_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,255}$';
