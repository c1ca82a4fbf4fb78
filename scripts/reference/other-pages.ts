/** docs/reference: the error catalogue, the limits, and the run status machine. */
import { ALLOWED_CHANGES, ERRORS, LIMITS, RUN_STATUSES, TERMINAL_STATUSES } from '../../packages/contract/src/index.ts';
import { cell, page, table } from './markdown.ts';

export function errorsPage(): string {
	const rows = Object.entries(ERRORS).map(([code, { status, message, hint }]) => [
		`<a id="${code}"></a>\`${code}\``,
		String(status),
		cell(message),
		cell(hint),
	]);
	return page(
		'# Errors',
		'Every error of the native API is `{"error": {"code", "message", "hint", "details"}}`. `code` is for programs and does not change; `{name}` in a message stands for what was given, which is in `details` too.',
		table(['code', 'status', 'what happened', 'what to do'], rows),
	);
}

export function limitsPage(): string {
	const rows = Object.entries<{ min?: number; max: number; reason: string }>(LIMITS).map(([name, { min, max, reason }]) => [
		`\`${name}\``,
		min === undefined ? '' : min.toLocaleString('en'),
		max.toLocaleString('en'),
		cell(reason),
	]);
	return page(
		'# Limits',
		'The unit is the last word of the name. What is over a limit is refused with `limit-exceeded`, which names the limit and the value; nothing is ever cut silently. A running server tells them at `/api/v1/limits`.',
		table(['limit', 'at least', 'at most', 'why'], rows),
	);
}

export function statusChangesPage(): string {
	const terminal = new Set<string>(TERMINAL_STATUSES);
	const rows = RUN_STATUSES.map((from) => [`\`${from}\``, ALLOWED_CHANGES[from].map((to) => `\`${to}\``).join(', ') || 'nothing']);
	// Every active status may be cancelled, lost and ended: drawn whole, the picture would be nothing but arrows.
	const progress = new Set<string>(['NotStarted', 'Queued', 'Preparing', 'Provisioning', 'Starting', 'Running', 'Finalizing', 'Completed']);
	const arrows = RUN_STATUSES.flatMap((from) =>
		ALLOWED_CHANGES[from]
			.filter((to) => progress.has(from) && progress.has(to) && RUN_STATUSES.indexOf(to) > RUN_STATUSES.indexOf(from))
			.map((to) => `\t${from} --> ${to}`),
	);
	return page(
		'# Status changes of a run',
		'A change that is not in this table is refused with `status-change-not-allowed`, which names both statuses. The same status again changes nothing and is no error. A running server tells the table at `/api/v1/status-changes`.',
		table(['from', 'may become'], rows),
		`\`${TERMINAL_STATUSES.join('`, `')}\` end a run. Out of them leads only \`Completed\` to \`Failed\` (*fail*: it finished, but with an error, for example the wrong training script), and *reopen*, back to \`Running\`.`,
		'The usual way, without what may happen at any time before the end (cancel, fail, silence):',
		[
			'```mermaid',
			'stateDiagram-v2',
			'\t[*] --> NotStarted',
			'\t[*] --> Running',
			...arrows,
			'\tCompleted --> Failed',
			...[...terminal].map((status) => `\t${status} --> [*]`),
			'```',
		].join('\n'),
	);
}
