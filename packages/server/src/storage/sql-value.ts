/** What statements take and give, on either database. */

export type SqlValue = number | string | null | Uint8Array;
export type Row = Record<string, SqlValue>;
