/** Finds models by name, and versions of them by number, alias or `latest`. */
import { RunsteadError } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import * as store from './store.ts';

export type ModelFinder = ReturnType<typeof createModelFinder>;

export function createModelFinder(database: Database) {
	/** @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, name: string, db = database.read): Promise<store.ModelRecord> => {
		const model = await store.modelByName(db, workspace.key, name);
		if (!model) throw new RunsteadError('not-found', { noun: 'model', given: name });
		return model;
	};

	/** By number, alias or `latest`, the newest that is ready. @throws {RunsteadError} not-found. */
	const findVersion = async (
		workspace: WorkspaceRecord,
		name: string,
		version: string,
		db = database.read,
	): Promise<{ model: store.ModelRecord; found: store.ModelVersionRecord }> => {
		const model = await find(workspace, name, db);
		const number = await numberOf(model, version);
		const found = number === null || !Number.isSafeInteger(number) ? undefined : await store.versionOf(db, model.key, number);
		if (!found) throw new RunsteadError('not-found', { noun: `version of model ${name}`, given: version });
		return { model, found };

		async function numberOf({ key }: store.ModelRecord, given: string): Promise<number | null> {
			if (/^\d+$/.test(given)) return Number(given);
			if (given.toLowerCase() === 'latest') return (await store.countsOf(db, [key])).get(key)?.latest ?? null;
			return (await store.aliasesOf(db, [key])).find(({ alias }) => alias === given)?.version ?? null;
		}
	};

	return { find, findVersion };
}
