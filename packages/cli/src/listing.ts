/** Which command lists what a mistyped name was looked for among. */

/** By the noun of the error, as the server writes it. */
const LISTED_BY: Readonly<Record<string, string>> = {
	'action group': 'monitor alerts group list',
	'alert rule': 'monitor alerts rules',
	'compute target': 'compute list',
	'diagnostic setting': 'monitor diagnostic-settings list',
	alert: 'monitor alerts list',
	datastore: 'datastore list',
	environment: 'environment list',
	'workspace metric': 'monitor metrics',
	experiment: 'experiment list',
	file: 'artifact list RUN',
	model: 'model list',
	run: 'run list',
	token: 'token list',
	workspace: 'workspace list',
};

/** The words of the command that shows what there is, or null for any other error than that a thing is not there. */
export function listingOrNull(error: unknown): string | null {
	const { code, details } = (error ?? {}) as { code?: unknown; details?: { noun?: unknown } };
	return code === 'not-found' && typeof details?.noun === 'string' ? (LISTED_BY[details.noun] ?? null) : null;
}
