/** What a job may be: checked at submission, so that nothing fails later for what could be known now. */
import { type JobDefinition, LIMITS, RunsteadError, type SnapshotFile } from '@runstead/contract';

/** @throws {RunsteadError} invalid-request, saying what is missing and what there is. */
export function checkDefinition(definition: JobDefinition, files: readonly SnapshotFile[] | null): void {
	const { script, command } = definition;
	if ((script === undefined) === (command === undefined)) throw invalid('A job has either a script or a command.');
	if (command?.length === 0) throw invalid('The command is empty.');
	if (script === undefined) return;
	if (files === null) throw invalid(`The script ${JSON.stringify(script)} needs a snapshot: create one and name it as snapshotId.`);
	if (!files.some((file) => file.path === normalPath(script))) {
		const scripts = files.map((file) => file.path).filter((path) => path.endsWith('.py'));
		throw invalid(`The snapshot has no file ${JSON.stringify(script)}. Its Python files: ${scripts.slice(0, 20).join(', ') || 'none'}.`);
	}
}

function normalPath(path: string): string {
	return path.replace(/^(\.\/)+/, '');
}

function invalid(what: string): RunsteadError {
	return new RunsteadError('invalid-request', { what });
}

const OPTION = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s;

/** The params that `--name value` and `--name=value` arguments give; an option without a value is "true". */
export function paramsOfArguments(args: readonly string[]): Record<string, string> {
	const params: Record<string, string> = {};
	for (const [index, argument] of args.entries()) {
		const match = OPTION.exec(argument);
		if (!match?.[1]) continue;
		const following = args[index + 1];
		const value = match[2] ?? (following === undefined || OPTION.test(following) ? 'true' : following);
		if (match[1].length <= LIMITS.attributeKeyCharacters.max) params[match[1]] ??= value.slice(0, LIMITS.attributeValueCharacters.max);
	}
	return params;
}
