/** Models and versions as the wire has them: tags and aliases are read for a page at once. */
import type { Model, ModelVersion } from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import * as store from './store.ts';

export type ModelPresenter = ReturnType<typeof createModelPresenter>;

export function createModelPresenter(database: Database) {
	return {
		async presentModels(workspace: WorkspaceRecord, models: readonly store.ModelRecord[]): Promise<Model[]> {
			const keys = models.map(({ key }) => key);
			const [counts, tags, aliases] = [
				await store.countsOf(database.read, keys),
				Map.groupBy(await store.tagsOf(database.read, keys, true), ({ model_key }) => model_key),
				Map.groupBy(await store.aliasesOf(database.read, keys), ({ model_key }) => model_key),
			];
			return models.map((model) => ({
				name: model.name,
				workspaceId: workspace.id,
				description: model.description,
				tags: mapOf(tags.get(model.key)),
				aliases: Object.fromEntries((aliases.get(model.key) ?? []).map(({ alias, version }) => [alias, version])),
				latestVersion: counts.get(model.key)?.latest ?? null,
				versionCount: counts.get(model.key)?.count ?? 0,
				createdTime: toWireTime(model.created_time),
				modifiedTime: toWireTime(model.modified_time),
				createdBy: model.created_by,
			}));
		},

		async presentVersions(workspace: WorkspaceRecord, versions: readonly store.NamedVersion[]): Promise<ModelVersion[]> {
			const keys = [...new Set(versions.map(({ model_key }) => model_key))];
			const placeOf = ({ model_key, version }: { model_key: number; version: number }): string => `${model_key}:${version}`;
			const tags =
				versions.length === 1
					? await store.versionTags(database.read, versions[0]?.model_key as number, versions[0]?.version as number)
					: await store.tagsOf(database.read, keys, false);
			const tagsAt = Map.groupBy(tags, placeOf);
			const aliasesAt = Map.groupBy(await store.aliasesOf(database.read, keys), placeOf);
			return versions.map((version) => ({
				id: `${version.name}:${version.version}`,
				name: version.name,
				version: version.version,
				workspaceId: workspace.id,
				description: version.description,
				tags: mapOf(tagsAt.get(placeOf(version))),
				properties: JSON.parse(version.properties) as Record<string, string>,
				aliases: (aliasesAt.get(placeOf(version)) ?? []).map(({ alias }) => alias),
				stage: version.stage,
				status: version.status,
				statusMessage: version.status_message,
				source: version.source,
				runId: version.run_id,
				runLink: version.run_link,
				experimentName: version.experiment_name,
				loggedModelId: version.logged_model_id,
				framework: version.framework,
				frameworkVersion: version.framework_version,
				details: JSON.parse(version.details) as Record<string, unknown>,
				fileCount: version.file_count,
				sizeBytes: version.size_bytes,
				createdTime: toWireTime(version.created_time),
				modifiedTime: toWireTime(version.modified_time),
				createdBy: version.created_by,
			}));
		},
	};
}

function mapOf(tags: readonly store.TagRecord[] = []): Record<string, string> {
	return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}
