/** The `config.json` nearest to a folder, which says which workspace of which server is meant; the Python SDK and azureml-core read the same. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface WorkspaceFile {
	path: string;
	workspace: string;
	resourceGroup: string | null;
	subscriptionId: string | null;
	url: string | null;
}

/** In this order within each folder, as the Python SDK looks. */
const FOLDERS = ['.', '.azureml', '.runstead', 'aml_config'];

function textOrNull(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

/** Other tools keep a config.json too: one without a workspace is not ours. */
async function readOrNull(path: string): Promise<WorkspaceFile | null> {
	const text = await readFile(path, 'utf8').catch(() => null);
	if (text === null) return null;
	try {
		const config = JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown> | null;
		const workspace = textOrNull(config?.workspace_name);
		if (workspace === null) return null;
		return {
			path,
			workspace,
			resourceGroup: textOrNull(config?.resource_group),
			subscriptionId: textOrNull(config?.subscription_id),
			url: textOrNull(config?.runstead_url),
		};
	} catch {
		return null;
	}
}

/** From the folder up through its parents. */
export async function nearestWorkspaceFileOrNull(folder: string): Promise<WorkspaceFile | null> {
	for (const inner of FOLDERS) {
		const found = await readOrNull(join(folder, inner, 'config.json'));
		if (found !== null) return found;
	}
	const parent = dirname(folder);
	return parent === folder ? null : nearestWorkspaceFileOrNull(parent);
}
