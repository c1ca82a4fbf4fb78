/** Shapes that several nouns share. */
import type { Static, TSchema } from 'typebox';
import { LIMITS } from './limits.ts';
import { Type } from './schema-builder.ts';

/** A moment in UTC, ISO 8601 with microseconds: `2026-11-21T08:05:31.123456Z`. */
export const Time = Type.String({ description: 'A moment in UTC, ISO 8601 with microseconds.', examples: ['2026-11-21T08:05:31.123456Z'] });

export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** Query parameters of every list: a page size and the cursor that the previous page gave. */
export const PageQuery = {
	limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSize.max, default: 100, description: 'Rows of the page.' })),
	cursor: Type.Optional(Type.String({ description: 'nextCursor of the page before.' })),
};

/** `cursor` of the next page; null after the last one. */
export const NextCursor = Nullable(Type.String());

export const Lifecycle = Type.Union([Type.Literal('active'), Type.Literal('archived'), Type.Literal('trashed')]);
export type Lifecycle = Static<typeof Lifecycle>;

export const Direction = Type.Union([Type.Literal('minimize'), Type.Literal('maximize')]);
export type Direction = Static<typeof Direction>;

export const StringMap = Type.Record(Type.String(), Type.String());
/** Tags may be keys alone: their value is null then. */
export const Tags = Type.Record(Type.String(), Nullable(Type.String()));
export type Tags = Static<typeof Tags>;

export const ErrorReply = Type.Object({
	error: Type.Object({
		code: Type.String(),
		message: Type.String(),
		hint: Type.String(),
		details: Type.Record(Type.String(), Type.Unknown()),
	}),
});

/** Query of a file that comes in chunks: which one it is, and where this chunk belongs. */
export const chunkQuery = (sizeBytesMax: number) => ({
	sizeBytes: Type.Integer({ minimum: 0, maximum: sizeBytesMax, description: 'Of the whole file.' }),
	sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the whole file.' }),
	offset: Type.Integer({ minimum: 0, description: 'Of the chunk in the file. What was received already is skipped.' }),
});

/** One that databases and JSON keep as it is. */
export const WholeNumber = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
