/** Makes a model that has no versions yet. */
import { RunsteadError } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { checkModelName } from './model-rules.ts';
import { setTags } from './model-tags.ts';
import type { OnRegistryChange } from './registry-change.ts';
import * as store from './store.ts';

export interface NewModel {
	readonly name: string;
	readonly description?: string | null;
	readonly tags?: Readonly<Record<string, string>>;
	/** If that was before now: what is imported. */
	readonly createdTime?: number;
}

/** @throws {RunsteadError} already-exists, invalid-name, limit-exceeded. */
export async function createModelIn(
	unit: UnitOfWork,
	workspace: WorkspaceRecord,
	fields: NewModel,
	actor: string,
	onChange: OnRegistryChange,
): Promise<store.ModelRecord> {
	const { name, description = null, tags, createdTime = unit.now } = fields;
	checkModelName(name);
	if (await store.modelByName(unit.db, workspace.key, name)) throw new RunsteadError('already-exists', { noun: 'model', given: name });
	const model = await store.insertModel(unit.db, {
		workspace_key: workspace.key,
		name,
		description,
		last_version: 0,
		created_time: createdTime,
		modified_time: createdTime,
		created_by: actor,
	});
	await setTags(unit, model.key, 0, { tags: tags ?? {} });
	unit.emit({ workspaceKey: workspace.key, type: 'model.created', subject: name, actor, data: { name } });
	// What is imported happened elsewhere.
	if (fields.createdTime === undefined)
		await onChange(unit, workspace.key, model.key, [{ what: 'model', name, tags: tags ?? {}, description }]);
	return model;
}
