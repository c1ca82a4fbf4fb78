/** Import marks: what an import saw of each thing at its source, so that the next one tells what has changed there since from what was changed here. */
import type { Static } from 'typebox';
import { NextCursor, PageQuery } from './common.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

const Subject = Type.String({
	pattern: '^[0-9a-f]{64}$',
	description: 'What it is of: the SHA-256 of a name that importers give it.',
});
const Digest = Type.String({
	pattern: '^[0-9a-f]{64}$',
	description: 'SHA-256 of all that was seen: of what has not changed it is the same.',
});

export const ImportMark = Type.Object(
	{
		digest: Digest,
		seen: Type.Record(Type.String(), Type.String(), {
			description: 'By field, as short as the importer likes: a digest of the value, a count.',
		}),
	},
	{ additionalProperties: false },
);
export type ImportMark = Static<typeof ImportMark>;

const MarkParams = Type.Object({ workspace: Type.String(), subject: Subject });

export const importMarkRoutes = {
	listImportMarks: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/import-marks',
		permission: 'workspace.read',
		summary: 'What imports brought into a workspace, without what they saw of it',
		params: WorkspaceParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ marks: Type.Array(Type.Object({ subject: Subject, digest: Digest })), nextCursor: NextCursor }),
	}),
	getImportMark: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/import-marks/:subject',
		permission: 'workspace.read',
		summary: 'What an import saw of one thing at its source',
		params: MarkParams,
		response: ImportMark,
	}),
	putImportMark: route({
		method: 'PUT',
		path: '/api/v1/workspaces/:workspace/import-marks/:subject',
		permission: 'workspace.write',
		summary: 'Keep what an import saw of one thing at its source, in place of what one before it saw',
		params: MarkParams,
		body: ImportMark,
	}),
};
