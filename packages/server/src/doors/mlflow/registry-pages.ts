/** The searches of registered models and of their versions: asked and cut into pages alike. */
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import { integer, listOf, message, text } from './message.ts';
import { checkMaxResults, offsetOf, pageToken } from './paging.ts';
import type { MlflowToolbox } from './toolbox.ts';

interface Asked {
	readonly filter: string;
	readonly orderBy: readonly string[];
	readonly limit: number;
	readonly offset: number;
}

export interface RegistryPages<Found> {
	/** What the call begins with: `/2.0/mlflow/model-versions`. */
	readonly prefix: string;
	/** What the page is called in the answer. */
	readonly pageName: 'registered_models' | 'model_versions';
	readonly defaultResults: number;
	readonly mostResults: number;
	readonly search: (workspace: WorkspaceRecord, asked: Asked) => Promise<Found[]>;
	readonly present: (workspace: WorkspaceRecord, page: readonly Found[]) => object[] | Promise<object[]>;
}

export function serveRegistryPages<Found>({ serve }: MlflowToolbox, pages: RegistryPages<Found>): void {
	const { prefix, pageName, defaultResults, mostResults, search, present } = pages;
	serve(
		{
			method: 'GET',
			path: `${prefix}/search`,
			permission: 'run.read',
			message: message({ filter: text, max_results: integer, order_by: listOf(text), page_token: text }),
		},
		async ({ message: { filter = '', max_results = defaultResults, order_by: orderBy = [], page_token }, workspace }) => {
			const limit = checkMaxResults(max_results, mostResults);
			const offset = offsetOf(page_token);
			const within = await workspace();
			// One more than the page has says whether there is another page.
			const found = await search(within, { filter, orderBy, limit: limit + 1, offset });
			const page = await present(within, found.slice(0, limit));
			return {
				...(page.length > 0 && { [pageName]: page }),
				...(found.length > limit && { next_page_token: pageToken(offset + limit) }),
			};
		},
	);
}
