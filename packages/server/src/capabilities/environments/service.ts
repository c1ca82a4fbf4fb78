/** Environments: registered by name in versions that never change; curated ones beside them. Nodes build them, not the server. */
import {
	coverSpecification,
	type Environment,
	type EnvironmentSpecification,
	type JobEnvironment,
	type RegisterEnvironment,
	RunsteadError,
	type Tags,
	uncoverVariables,
} from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { CURATED, type CuratedEnvironment, curatedOrNull } from './curated.ts';
import { checkEnvironmentName, normalSpecification } from './specification.ts';
import * as store from './store.ts';

export type EnvironmentService = ReturnType<typeof createEnvironmentService>;

interface Page {
	readonly environments: Environment[];
	readonly nextCursor: string | null;
}

/** A job's environment with nothing left open. */
export type ResolvedEnvironment = JobEnvironment & { readonly specification: EnvironmentSpecification };

export function createEnvironmentService({ database }: { readonly database: Database }) {
	const present = (workspace: WorkspaceRecord, environment: store.EnvironmentRecord): Environment => ({
		name: environment.name,
		version: environment.version,
		workspaceId: workspace.id,
		curated: false,
		archived: environment.archived === 1,
		description: environment.description,
		tags: JSON.parse(environment.tags) as Tags,
		specification: JSON.parse(environment.specification) as EnvironmentSpecification,
		createdTime: toWireTime(environment.created_time),
		createdBy: environment.created_by,
	});

	/** With the values of its secret variables, for jobs alone. @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, name: string, version?: number): Promise<Environment> => {
		const curated = curatedOrNull(name);
		if (curated && (version === undefined || version === CURATED_VERSION)) return presentCurated(workspace, curated);
		const environment = await store.environmentByName(database.read, workspace.key, name.toLowerCase(), version);
		if (!environment)
			throw new RunsteadError('not-found', { noun: 'environment', given: version === undefined ? name : `${name} in version ${version}` });
		return present(workspace, environment);
	};

	/** What is given, with the values that the newest version of that name has where it was sent back as it is shown. */
	const complete = (given: EnvironmentSpecification, newest: EnvironmentSpecification | undefined): EnvironmentSpecification =>
		normalSpecification({
			...given,
			...(given.environmentVariables && {
				environmentVariables: uncoverVariables(given.environmentVariables, newest?.environmentVariables),
			}),
		});

	return {
		/** @throws {RunsteadError} not-found. */
		async get(workspace: WorkspaceRecord, name: string, version?: number): Promise<Environment> {
			return shown(await find(workspace, name, version));
		},

		/** @throws {RunsteadError} invalid-name, curated-environment, invalid-request. */
		async register(
			workspace: WorkspaceRecord,
			fields: RegisterEnvironment,
			actor: string,
		): Promise<{ environment: Environment; isNew: boolean }> {
			const curated = curatedOrNull(fields.name);
			if (curated) throw new RunsteadError('curated-environment', { name: curated.name });
			checkEnvironmentName(fields.name);
			const folded = fields.name.toLowerCase();
			return database.write(async (unit) => {
				const newest = await store.environmentByName(unit.db, workspace.key, folded);
				const content = {
					description: fields.description ?? '',
					tags: JSON.stringify(fields.tags ?? {}),
					specification: JSON.stringify(complete(fields.specification, newest && present(workspace, newest).specification)),
				};
				const isNew = newest === undefined || !isSame(newest, content);
				if (newest?.archived === 1) await store.setArchived(unit.db, workspace.key, folded, 0);
				if (!isNew) return { environment: { ...shown(present(workspace, newest)), archived: false }, isNew };
				const made = await store.insertEnvironment(unit.db, {
					workspace_key: workspace.key,
					name: newest?.name ?? fields.name,
					folded_name: folded,
					version: (newest?.version ?? 0) + 1,
					newest: 1,
					archived: 0,
					...content,
					created_time: unit.now,
					created_by: actor,
				});
				unit.emit({
					workspaceKey: workspace.key,
					type: 'environment.registered',
					subject: made.name,
					actor,
					data: { name: made.name, version: made.version },
				});
				return { environment: shown(present(workspace, made)), isNew };
			});
		},

		async list(workspace: WorkspaceRecord, limit: number, withArchived: boolean, cursor?: string): Promise<Page> {
			const [after] = cursor ? decodeCursor(cursor, ['text']) : [''];
			const registered = await store.newestByName(database.read, workspace.key, after, withArchived, limit + 1);
			const rows = [
				...registered.map((environment) => ({ folded: environment.folded_name, shown: shown(present(workspace, environment)) })),
				...CURATED.map((environment) => ({ folded: environment.name.toLowerCase(), shown: presentCurated(workspace, environment) })).filter(
					({ folded }) => folded > after,
				),
			].toSorted((one, other) => (one.folded < other.folded ? -1 : 1));
			const page = pageOf(rows, limit, (last) => [last.folded]);
			return { environments: page.rows.map(({ shown }) => shown), nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} not-found. */
		async versions(workspace: WorkspaceRecord, name: string, limit: number, cursor?: string): Promise<Page> {
			const newest = await find(workspace, name);
			if (newest.curated) return { environments: [newest], nextCursor: null };
			const [below] = cursor ? decodeCursor(cursor, ['integer']) : [Number.MAX_SAFE_INTEGER];
			const rows = await store.versionsBelow(database.read, workspace.key, name.toLowerCase(), below, limit + 1);
			const page = pageOf(rows, limit, (last) => [last.version]);
			return { environments: page.rows.map((row) => shown(present(workspace, row))), nextCursor: page.nextCursor };
		},

		/** Jobs that name it still find it. @throws {RunsteadError} not-found, curated-environment. */
		async archive(workspace: WorkspaceRecord, name: string, archived: boolean, actor: string): Promise<Environment> {
			const environment = shown(await find(workspace, name));
			if (environment.curated) throw new RunsteadError('curated-environment', { name: environment.name });
			if (environment.archived === archived) return environment;
			await database.write(async (unit) => {
				await store.setArchived(unit.db, workspace.key, name.toLowerCase(), archived ? 1 : 0);
				unit.emit({
					workspaceKey: workspace.key,
					type: 'environment.archived',
					subject: environment.name,
					actor,
					data: { name: environment.name, archived },
				});
			});
			return { ...environment, archived };
		},

		/** What a job is to run in, whatever is registered under that name later. @throws {RunsteadError} not-found, invalid-request. */
		async resolve(workspace: WorkspaceRecord, given: JobEnvironment): Promise<ResolvedEnvironment> {
			if (given.specification !== undefined) {
				if (given.version !== undefined)
					throw new RunsteadError('invalid-request', {
						what: 'A job names a version of an environment or gives a specification, not both.',
					});
				const newest = await store.environmentByName(database.read, workspace.key, given.name.toLowerCase());
				return { name: given.name, specification: complete(given.specification, newest && present(workspace, newest).specification) };
			}
			const { name, version, specification } = await find(workspace, given.name, given.version);
			return { name, version, specification };
		},
	};
}

/** As everybody may see it. */
function shown(environment: Environment): Environment {
	return { ...environment, specification: coverSpecification(environment.specification) };
}

/** A curated environment that changes gets another name. */
const CURATED_VERSION = 1;

function presentCurated(workspace: WorkspaceRecord, { name, description, specification }: CuratedEnvironment): Environment {
	return {
		name,
		version: CURATED_VERSION,
		workspaceId: workspace.id,
		curated: true,
		archived: false,
		description,
		tags: {},
		specification,
		createdTime: null,
		createdBy: 'Runstead',
	};
}

function isSame(
	environment: store.EnvironmentRecord,
	content: Pick<store.EnvironmentRecord, 'description' | 'tags' | 'specification'>,
): boolean {
	return (
		environment.specification === content.specification &&
		environment.description === content.description &&
		environment.tags === content.tags
	);
}
