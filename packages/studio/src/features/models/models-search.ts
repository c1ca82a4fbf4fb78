/** What the address of the list of models says: what is looked for. */

export interface ModelsSearch {
	readonly search?: string;
}

export function parseModelsSearch({ search }: Record<string, unknown>): ModelsSearch {
	return typeof search === 'string' && search !== '' ? { search } : {};
}
