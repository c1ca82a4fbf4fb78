/** What was typed to submit a job again, read as what the server is told. */
import { COVERED, type JobDefinition, type ResubmitJob } from '@runstead/contract';

export interface ResubmitText {
	readonly displayName: string;
	/** One argument a line. */
	readonly args: string;
	/** `NAME=value` a line; a variable that is not there is removed. A covered value stays as it was. */
	readonly variables: string;
	readonly target: string;
}

export interface ReadResubmit {
	/** Null when something is wrong. */
	readonly change: ResubmitJob | null;
	readonly problem: string | null;
}

export function textOfJob(displayName: string, job: JobDefinition): ResubmitText {
	const variables = Object.entries(job.environmentVariables ?? {});
	return {
		displayName,
		args: (job.arguments ?? []).join('\n'),
		variables: variables.map(([name, value]) => `${name}=${value}`).join('\n'),
		target: job.target ?? 'local',
	};
}

/** Only what was changed is sent. */
export function readResubmit(text: ResubmitText, saved: ResubmitText): ReadResubmit {
	const before = readVariables(saved.variables);
	const after = readVariables(text.variables);
	if (after.problem !== null) return { change: null, problem: after.problem };
	const changes: [string, string | null][] = [];
	for (const [name, value] of after.values) if (before.values.get(name) !== value) changes.push([name, value]);
	for (const name of before.values.keys()) if (!after.values.has(name)) changes.push([name, null]);
	const covered = changes.find(([, value]) => value === COVERED);
	if (covered !== undefined) return { change: null, problem: `${covered[0]} has no value yet.` };
	return {
		change: {
			...(text.displayName.trim() !== saved.displayName && { displayName: text.displayName.trim() }),
			...(text.args !== saved.args && { arguments: text.args.split('\n').filter((line) => line !== '') }),
			...(changes.length > 0 && { environmentVariables: Object.fromEntries(changes) }),
			...(text.target !== saved.target && { target: text.target }),
		},
		problem: null,
	};
}

function readVariables(text: string): { readonly values: ReadonlyMap<string, string>; readonly problem: string | null } {
	const values = new Map<string, string>();
	for (const line of text.split('\n')) {
		if (line.trim() === '') continue;
		const at = line.indexOf('=');
		const name = line.slice(0, at).trim();
		if (at < 0 || name === '') return { values, problem: `“${line}” is no variable: write NAME=value.` };
		values.set(name, line.slice(at + 1));
	}
	return { values, problem: null };
}
