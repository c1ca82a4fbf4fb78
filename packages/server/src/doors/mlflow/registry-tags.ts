/** The tags of registered models and of their versions: set and deleted alike, below the calls of each. */
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import { message, text } from './message.ts';
import { checkModelName, checkTag } from './registry-shapes.ts';
import type { MlflowCall, MlflowToolbox } from './toolbox.ts';

/** Whose tag it is; of a model itself there is no version. */
interface Tagged {
	readonly name: string;
	readonly version: string;
}

type TagChange = { readonly tags: Readonly<Record<string, string>> } | { readonly removeTags: readonly string[] };

export interface RegistryTags {
	/** What the calls begin with: `/2.0/mlflow/model-versions`. */
	readonly prefix: string;
	/** Whether a version has to be named beside the model. */
	readonly ofVersions: boolean;
	readonly change: (workspace: WorkspaceRecord, of: Tagged, change: TagChange, actor: string) => Promise<unknown>;
}

export function serveRegistryTags({ serve }: MlflowToolbox, { prefix, ofVersions, change }: RegistryTags): void {
	const required = ofVersions ? (['name', 'version', 'key'] as const) : (['name', 'key'] as const);
	const apply = async (
		{ message: { name, version = '' }, workspace, principal }: MlflowCall<{ name: string; version?: string }>,
		tag: { readonly key: string; readonly value: string },
		made: TagChange,
	): Promise<object> => {
		checkModelName(name);
		checkTag(tag.key, tag.value);
		await change(await workspace(), { name, version }, made, principal.name);
		return {};
	};
	const SetTag = message({ name: text, version: text, key: text, value: text }, required);
	serve({ method: 'POST', path: `${prefix}/set-tag`, permission: 'model.write', message: SetTag }, (call) => {
		const { key, value = '' } = call.message;
		return apply(call, { key, value }, { tags: { [key]: value } });
	});
	const DeleteTag = message({ name: text, version: text, key: text }, required);
	serve({ method: 'DELETE', path: `${prefix}/delete-tag`, permission: 'model.write', message: DeleteTag }, (call) => {
		const { key } = call.message;
		return apply(call, { key, value: '' }, { removeTags: [key] });
	});
}
