/** Which workspace of an MLflow that has several is brought over. */
import { CommandError } from '../command.ts';

const DEFAULT = 'default';

/**
 * @param there names of those that there are; none where the source knows no workspaces.
 * @returns null: the source knows none.
 * @throws {CommandError} when there are several and none is named, or not this one.
 */
export function sourceWorkspaceOrNull(source: string, there: readonly string[], named: string | undefined): string | null {
	if (named !== undefined && named !== DEFAULT && !there.includes(named))
		throw new CommandError(
			`${source} has no workspace ${named}${there.length > 0 ? `: it has ${there.join(', ')}` : ''}.`,
			'Check the spelling, or leave out --from-workspace where there is one alone.',
		);
	if (named === undefined && there.length > 1)
		throw new CommandError(
			`${source} has several workspaces: ${there.join(', ')}.`,
			'Bring one after the other, each into a workspace of its own: --from-workspace NAME --workspace NAME',
		);
	return there.length === 0 ? null : (named ?? there[0] ?? null);
}

/** What a source is called, by which it is known again. */
export const nameWithin = (source: string, workspace: string | null): string =>
	workspace === null || workspace === DEFAULT ? source : `${source}, workspace ${workspace}`;
