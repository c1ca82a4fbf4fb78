/** What the addresses of models say: what is looked for, and which file is shown. */

export interface ModelsSearch {
	/** Absent for models. */
	readonly tab?: 'prompts';
	readonly search?: string;
}

export function parseModelsSearch({ tab, search }: Record<string, unknown>): ModelsSearch {
	return { ...(tab === 'prompts' && { tab }), ...(typeof search === 'string' && search !== '' && { search }) };
}

export interface FileSearch {
	/** The file that is shown. */
	readonly file?: string;
}

/** An address may hold a number where a text was meant: a file called `1`. */
export function parseFileSearch({ file }: Record<string, unknown>): FileSearch {
	return (typeof file === 'string' || typeof file === 'number') && file !== '' ? { file: String(file) } : {};
}

const LOGGED_MODEL_TABS = ['files', 'metrics', 'details'] as const;
export type LoggedModelTab = (typeof LOGGED_MODEL_TABS)[number];

export interface LoggedModelSearch extends FileSearch {
	/** Absent for the files. */
	readonly tab?: LoggedModelTab;
}

export function parseLoggedModelSearch(given: Record<string, unknown>): LoggedModelSearch {
	const tab = LOGGED_MODEL_TABS.find((one) => one === given.tab);
	return { ...(tab !== undefined && tab !== 'files' && { tab }), ...parseFileSearch(given) };
}
