/** Brings an experiment of MLflow over, or what of it has changed there since. */
import type { Client } from '@runstead/client';
import type { Experiment } from '@runstead/contract';
import { below, changesOf, type Marks, nullIfNotFound, type Seen, seenOf } from './import-marks.ts';
import type { MlflowSource, SourceExperiment } from './mlflow-source.ts';

const NOTE_TAG = 'mlflow.note.content';
/** Under which id it is here, so that it is found again under another name. */
const HERE = 'here';

/** What is to be done about it when its runs are here. */
export interface BroughtExperiment {
	readonly id: string;
	/** What was changed both here and at the source, and is as there now. */
	readonly replaced: readonly string[];
	end(): Promise<void>;
}

export async function importExperiment(
	{ client, workspace, source, marks }: { client: Client; workspace: string; source: MlflowSource; marks: Marks },
	experiment: SourceExperiment,
): Promise<BroughtExperiment> {
	const mark = `mlflow experiment ${experiment.id} of ${source.name}`;
	const seen = await marks.read(mark);
	const { [NOTE_TAG]: description = '', ...tags } = experiment.tags;
	const known = seen === null ? null : await client.call('getExperiment', { params: { experiment: seen[HERE]! } }).catch(nullIfNotFound);
	const before =
		known ??
		(await client.call('createExperiment', {
			params: { workspace },
			body: { name: experiment.name, existOk: true, ...(description !== '' && { description }), tags },
		}));
	const now: Seen = {
		[HERE]: before.id,
		...seenOf({ name: experiment.name, description }, 'field:'),
		...seenOf(tags, 'tag:'),
		lifecycle: experiment.isDeleted ? 'deleted' : 'active',
	};
	const replaced = marks.isSame(mark, now) ? [] : await updateExperiment(client, before, { ...experiment, tags, description }, seen);
	return {
		id: before.id,
		replaced,
		async end() {
			const hasMoved = seen === null ? experiment.isDeleted : seen.lifecycle !== now.lifecycle;
			const lifecycle = experiment.isDeleted ? 'trashed' : 'active';
			if (hasMoved && before.lifecycle !== lifecycle)
				await client.call('updateExperiment', { params: { experiment: before.id }, body: { lifecycle } });
			if (!marks.isSame(mark, now)) await marks.put(mark, now);
		},
	};
}

async function updateExperiment(
	client: Client,
	before: Experiment,
	{ name, description, tags: given }: Pick<SourceExperiment, 'name' | 'tags'> & { readonly description: string },
	seen: Seen | null,
): Promise<string[]> {
	const here = { name: before.name, description: before.description };
	const fields = changesOf({ now: { name, description }, seen: below(seen, 'field:'), here });
	const tags = changesOf({ now: given, seen: below(seen, 'tag:'), here: before.tags });
	const body = {
		...fields.set,
		...(Object.keys(tags.set).length > 0 && { tags: tags.set }),
		...(tags.remove.length > 0 && { removeTags: tags.remove }),
	};
	if (Object.keys(body).length > 0) await client.call('updateExperiment', { params: { experiment: before.id }, body });
	return [
		...fields.replaced.map((key) => `${key}, which was ${JSON.stringify(here[key as keyof typeof here])} here`),
		...tags.replaced.map((key) => `tag ${key}, which was ${JSON.stringify(before.tags[key])} here`),
	];
}
