/** Diagnostic settings: which logs and metrics of a workspace go where, and the shippers that bring them there. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
	ALL_LOGS,
	ALL_METRICS,
	type Archive,
	checkLimit,
	type DestinationKind,
	type DestinationState,
	type DestinationTest,
	type DiagnosticSetting,
	type DiagnosticSettingInput,
	type EventHub,
	RunsteadError,
} from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Reach } from '../../http/outbound-address.ts';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { SecretBox } from '../../storage/secret-box.ts';
import type { Tables } from '../../storage/tables.ts';
import type { Clock, StoredEvent, UnitOfWork } from '../../storage/unit-of-work.ts';
import { eventTypesOf, type LogRecord } from '../log-records/service.ts';
import type { MinuteRecord } from '../workspace-metrics/minute-records.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { checkCategories, choosesLogs, chosenCategories } from './categories.ts';
import { checkConfig, withKeptSecret, withoutSecret } from './configuration.ts';
import { type TestedDestination, tryDestinations } from './destination-tests.ts';
import type { DestinationConfig } from './destinations/open-destination.ts';
import { createShippers } from './shippers.ts';
import * as store from './store.ts';

export type DiagnosticService = ReturnType<typeof createDiagnosticService>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/;
const DEFAULT_SETTING = 'log-analytics';
const MICROS_PER_MINUTE = 60_000_000;
/** How long an event takes when all is well: gathering, and the way there. */
const TYPICAL_DELAY_SECONDS: Readonly<Record<DestinationConfig['kind'], number>> = {
	folder: 0.3,
	'azure-blob': 1.5,
	s3: 60,
	amqp: 0.2,
	kafka: 0.2,
	'log-analytics': 2,
};

export interface DiagnosticOptions {
	readonly database: Database;
	readonly clock: Clock;
	readonly dataFolder: string;
	readonly secrets: SecretBox;
	readonly recordsOf: (events: readonly StoredEvent[]) => Promise<LogRecord[]>;
	/** Upper-cased. */
	readonly resourceIdOf: (workspaceKey: number) => Promise<string>;
	readonly metricsOf: (workspaceKey: number, from: number, to: number) => Promise<readonly MinuteRecord[]>;
	readonly onError: (error: unknown) => void;
}

/** Which log tables of a workspace are filled. */
export interface LogAnalyticsExtent {
	readonly workspaceKey: number;
	readonly category: string;
	/** The last event that the tables of the category hold; null: those that come, too. From the first event on, whenever it was switched on. */
	readonly untilSequence: number | null;
}

interface Configs {
	readonly archive: Archive | null;
	readonly eventHub: EventHub | null;
	readonly logAnalytics: boolean;
}

interface FoundSetting {
	readonly setting: store.SettingRecord;
	readonly destinations: readonly store.DestinationRecord[];
	readonly configs: Configs;
}

const LOG_ANALYTICS: DestinationConfig = { kind: 'log-analytics' };

export function createDiagnosticService(options: DiagnosticOptions) {
	const { database, dataFolder, secrets } = options;
	const archivesFolder = join(dataFolder, 'archives');
	const shippers = createShippers({ ...options, archivesFolder, configOf: (destination) => configOf(destination) });

	const configOf = ({ kind, configuration }: store.DestinationRecord): DestinationConfig =>
		kind === 'logAnalytics' ? LOG_ANALYTICS : (JSON.parse(secrets.open(configuration)) as DestinationConfig);

	/** Null: it was sealed with another key; what is told of it is why it fails. */
	const configOrNull = (destination: store.DestinationRecord): DestinationConfig | null => {
		const isReadable = destination.kind === 'logAnalytics' || secrets.openOrNull(destination.configuration) !== null;
		return isReadable ? configOf(destination) : null;
	};

	const found = async (db: Kysely<Tables>, setting: store.SettingRecord): Promise<FoundSetting> => {
		const destinations = await store.destinationsOf(db, setting.key);
		const ofKind = (kind: DestinationKind): DestinationConfig | null => {
			const destination = destinations.find((one) => one.kind === kind);
			return destination ? configOrNull(destination) : null;
		};
		const configs = {
			archive: ofKind('archive') as Archive | null,
			eventHub: ofKind('eventHub') as EventHub | null,
			logAnalytics: destinations.some(({ kind }) => kind === 'logAnalytics'),
		};
		return { setting, destinations, configs };
	};

	const findOrNull = async (db: Kysely<Tables>, workspace: WorkspaceRecord, name: string): Promise<FoundSetting | null> => {
		const setting = await store.settingByName(db, workspace.key, name.toLowerCase());
		return setting ? found(db, setting) : null;
	};

	/** @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, name: string, db = database.read): Promise<FoundSetting> => {
		const setting = await findOrNull(db, workspace, name);
		if (!setting) throw new RunsteadError('not-found', { noun: 'diagnostic setting', given: name });
		return setting;
	};

	const stateOf = async (setting: store.SettingRecord, destination: store.DestinationRecord): Promise<DestinationState> => {
		const categories = JSON.parse(setting.categories) as string[];
		const types = eventTypesOf(chosenCategories(categories));
		const waiting = await store.waitingAfter(database.heavyRead, setting.workspace_key, destination.sequence, types);
		const { error, error_time: errorTime } = destination;
		const nextTry = shippers.nextTryTimeOrNull(destination.key);
		const config = configOrNull(destination);
		return {
			kind: destination.kind,
			status: error !== null ? 'failing' : waiting.events > 0 ? 'behind' : 'current',
			waitingEvents: waiting.events,
			waitingBytes: waiting.bytes,
			lagSeconds: waiting.firstTime === null ? 0 : Math.max(0, (options.clock() - waiting.firstTime) / 1_000_000),
			typicalDelaySeconds: config === null ? 0 : TYPICAL_DELAY_SECONDS[config.kind],
			sentTime: destination.sent_time === null ? null : toWireTime(destination.sent_time),
			error:
				error === null
					? null
					: { message: error, sinceTime: toWireTime(errorTime ?? 0), nextTryTime: nextTry === null ? null : toWireTime(nextTry) },
			volumes: await store.volumesOf(database.read, destination.key),
		};
	};

	const present = async (workspace: WorkspaceRecord, { setting, destinations, configs }: FoundSetting): Promise<DiagnosticSetting> => ({
		id: setting.id,
		name: setting.name,
		workspaceId: workspace.id,
		categories: JSON.parse(setting.categories) as string[],
		archive: configs.archive && withoutSecret(configs.archive),
		eventHub: configs.eventHub && withoutSecret(configs.eventHub),
		logAnalytics: configs.logAnalytics,
		destinations: await Promise.all(destinations.map((destination) => stateOf(setting, destination))),
		createdTime: toWireTime(setting.created_time),
		modifiedTime: toWireTime(setting.modified_time),
		modifiedBy: setting.modified_by,
	});

	/** What was given, whole and checked. @throws {RunsteadError} invalid-request, invalid-path. */
	const check = (input: DiagnosticSettingInput, kept: Configs | null, reach: Reach): { categories: string[]; configs: Configs } => {
		const categories = checkCategories(input.categories);
		const archive = input.archive ? withKeptSecret(input.archive, kept?.archive ?? null) : null;
		const eventHub = input.eventHub ? withKeptSecret(input.eventHub, kept?.eventHub ?? null) : null;
		for (const config of [archive, eventHub]) if (config) checkConfig(config, reach);
		const logAnalytics = input.logAnalytics ?? false;
		if (!archive && !eventHub && !logAnalytics)
			throw new RunsteadError('invalid-request', { what: 'Choose at least one destination: archive, eventHub or logAnalytics.' });
		return { categories, configs: { archive, eventHub, logAnalytics } };
	};

	/** Which log tables are filled follows from the settings; tells whether that changed. */
	const reconcileLogAnalytics = async (db: Kysely<Tables>, workspaceKey: number): Promise<void> => {
		const wanted = new Set<string>();
		for (const setting of await store.settingsOf(db, workspaceKey)) {
			const destinations = await store.destinationsOf(db, setting.key);
			if (!destinations.some(({ kind }) => kind === 'logAnalytics')) continue;
			for (const category of chosenCategories(JSON.parse(setting.categories) as string[])) wanted.add(category);
		}
		const rows = await store.logAnalyticsCategories(db, workspaceKey);
		const newest = await store.newestSequence(db);
		for (const { category, until_sequence: until } of rows) {
			const isOn = wanted.delete(category);
			if (isOn !== (until === null))
				await store.putLogAnalyticsCategory(db, { workspace_key: workspaceKey, category, until_sequence: isOn ? null : newest });
		}
		for (const category of wanted) await store.putLogAnalyticsCategory(db, { workspace_key: workspaceKey, category, until_sequence: null });
	};

	/** A new destination begins now; that of the log tables with the first event of all. */
	const putDestination = async (
		unit: UnitOfWork,
		setting: store.SettingRecord,
		kind: DestinationKind,
		config: DestinationConfig | null,
		before: { readonly destination: store.DestinationRecord | undefined; readonly categories: readonly string[] },
		reach: Reach,
	): Promise<void> => {
		const { destination } = before;
		if (config === null) {
			if (destination) await store.deleteDestination(unit.db, destination.key);
			return;
		}
		const configuration = kind === 'logAnalytics' ? '' : secrets.seal(JSON.stringify(config));
		const isLogAnalytics = kind === 'logAnalytics';
		const now = { sequence: isLogAnalytics ? 0 : await store.newestSequence(unit.db), metrics_time: minuteOf(unit.now) };
		if (!destination) {
			const fresh = { sent_time: null, error: null, error_time: null };
			await store.insertDestination(unit.db, { setting_key: setting.key, kind, configuration, reach, ...now, ...fresh });
			return;
		}
		const categories = JSON.parse(setting.categories) as string[];
		const hasNewCategories = chosenCategories(categories).some((category) => !chosenCategories(before.categories).includes(category));
		// What the log tables hold is counted from the first event again; for others, what was not chosen so far begins now.
		const startsAnew = isLogAnalytics && hasNewCategories;
		if (startsAnew) await store.dropVolumes(unit.db, destination.key);
		await store.updateDestination(unit.db, destination.key, {
			configuration,
			reach,
			error: null,
			error_time: null,
			...((startsAnew || !choosesLogs(before.categories)) && { sequence: now.sequence }),
			...(!before.categories.includes(ALL_METRICS) && { metrics_time: now.metrics_time }),
		});
	};

	const testedOf = ({ archive, eventHub, logAnalytics }: Configs): TestedDestination[] => [
		...(archive ? [{ kind: 'archive' as const, config: archive }] : []),
		...(eventHub ? [{ kind: 'eventHub' as const, config: eventHub }] : []),
		...(logAnalytics ? [{ kind: 'logAnalytics' as const, config: LOG_ANALYTICS }] : []),
	];

	/** Only what is new or changed is tried: a destination that is away must not keep one from changing the rest. @throws {RunsteadError} destination-unreachable. */
	const tryChanged = async (configs: Configs, kept: Configs | null, reach: Reach): Promise<void> => {
		const before = new Map((kept ? testedOf(kept) : []).map(({ kind, config }) => [kind, JSON.stringify(config)]));
		const changed = testedOf(configs).filter(({ kind, config }) => before.get(kind) !== JSON.stringify(config));
		const failed = (await tryDestinations(changed, { archivesFolder, reach })).find(({ ok }) => !ok);
		if (failed) throw new RunsteadError('destination-unreachable', { destination: failed.kind, reason: failed.message.replace(/\.$/, '') });
	};

	return {
		/** Starts shipping; ends it when the returned function is called. */
		async start(): Promise<() => Promise<void>> {
			await database.write(async ({ db }) => {
				const workspaces = new Set((await store.everySetting(db)).map(({ workspace_key: key }) => key));
				for (const key of workspaces) await reconcileLogAnalytics(db, key);
			});
			await shippers.start();
			return shippers.stop;
		},

		/** There are new events. */
		wake: shippers.wake,

		/** What every workspace is born with: everything goes to the log tables, until somebody takes that away. */
		async furnishIn(unit: UnitOfWork, workspace: WorkspaceRecord, actor: string): Promise<void> {
			const setting = await store.insertSetting(unit.db, {
				...{ id: randomUUID(), workspace_key: workspace.key, name: DEFAULT_SETTING, folded_name: DEFAULT_SETTING },
				...{ categories: JSON.stringify([ALL_LOGS, ALL_METRICS]), created_time: unit.now, modified_time: unit.now, modified_by: actor },
			});
			await putDestination(unit, setting, 'logAnalytics', LOG_ANALYTICS, { destination: undefined, categories: [] }, 'public');
			await reconcileLogAnalytics(unit.db, workspace.key);
			unit.afterCommit(() => void shippers.refresh().catch(options.onError));
		},

		async list(workspace: WorkspaceRecord): Promise<DiagnosticSetting[]> {
			const settings = await store.settingsOf(database.read, workspace.key);
			return Promise.all(settings.map(async (setting) => present(workspace, await found(database.read, setting))));
		},

		/** @throws {RunsteadError} not-found. */
		get: async (workspace: WorkspaceRecord, name: string): Promise<DiagnosticSetting> => present(workspace, await find(workspace, name)),

		/**
		 * Makes or changes a setting. `reach` is how far the addresses in it may lead, by who gives them.
		 * @throws {RunsteadError} invalid-name, invalid-request, invalid-path, limit-exceeded, destination-unreachable.
		 */
		async put(
			workspace: WorkspaceRecord,
			name: string,
			input: DiagnosticSettingInput,
			{ actor, reach, untested }: { readonly actor: string; readonly reach: Reach; readonly untested: boolean },
		): Promise<{ setting: DiagnosticSetting; isNew: boolean }> {
			checkName(name);
			const before = await findOrNull(database.read, workspace, name);
			const { categories, configs } = check(input, before?.configs ?? null, reach);
			if (!untested) await tryChanged(configs, before?.configs ?? null, reach);
			const isNew = await database.write(async (unit) => {
				const current = await findOrNull(unit.db, workspace, name);
				const kept = { categories: JSON.stringify(categories), modified_time: unit.now, modified_by: actor };
				if (current) await store.updateSetting(unit.db, current.setting.key, kept);
				else await checkCount(unit.db, workspace);
				const setting = current
					? { ...current.setting, ...kept }
					: await store.insertSetting(unit.db, {
							...{ id: randomUUID(), workspace_key: workspace.key, name, folded_name: name.toLowerCase(), created_time: unit.now },
							...kept,
						});
				const wanted = { ...configs, logAnalytics: configs.logAnalytics ? LOG_ANALYTICS : null };
				for (const kind of ['archive', 'eventHub', 'logAnalytics'] as const) {
					const destination = current?.destinations.find((one) => one.kind === kind);
					const earlier = current ? (JSON.parse(current.setting.categories) as string[]) : [];
					await putDestination(unit, setting, kind, wanted[kind], { destination, categories: earlier }, reach);
				}
				await reconcileLogAnalytics(unit.db, workspace.key);
				const data = { name, categories, destinations: testedOf(configs).map(({ config }) => config.kind) };
				unit.emit({ workspaceKey: workspace.key, type: 'diagnostic-setting.changed', subject: setting.id, actor, data });
				return !current;
			});
			await shippers.refresh();
			return { setting: await present(workspace, await find(workspace, name)), isNew };
		},

		/** @throws {RunsteadError} not-found. */
		async remove(workspace: WorkspaceRecord, name: string, actor: string): Promise<void> {
			await database.write(async (unit) => {
				const { setting } = await find(workspace, name, unit.db);
				await store.deleteSetting(unit.db, setting.key);
				await reconcileLogAnalytics(unit.db, workspace.key);
				const data = { name: setting.name };
				unit.emit({ workspaceKey: workspace.key, type: 'diagnostic-setting.deleted', subject: setting.id, actor, data });
			});
			await shippers.refresh();
		},

		/** Tries destinations: those of a setting that is there, or of one that is given. What is there is also tried again at once. @throws {RunsteadError} not-found, invalid-request, invalid-path. */
		async test(
			workspace: WorkspaceRecord,
			name: string,
			input: DiagnosticSettingInput | undefined,
			reach: Reach,
		): Promise<DestinationTest[]> {
			const before = input ? await findOrNull(database.read, workspace, name) : await find(workspace, name);
			const configs = input ? check(input, before?.configs ?? null, reach).configs : (before as FoundSetting).configs;
			const tests = await tryDestinations(testedOf(configs), { archivesFolder, reach });
			if (!input) for (const destination of (before as FoundSetting).destinations) shippers.retry(destination.key);
			return tests;
		},

		/** Which log tables are filled, and how far: of one workspace, or of all. */
		async logAnalyticsExtents(workspaceKey?: number): Promise<LogAnalyticsExtent[]> {
			const rows = await store.logAnalyticsCategories(database.read, workspaceKey);
			return rows.map(({ workspace_key: key, category, until_sequence: untilSequence }) => ({
				workspaceKey: key,
				category,
				untilSequence,
			}));
		},

		/** The settings of a workspace with their secrets, for a door that names connections by their accounts. */
		async connections(workspace: WorkspaceRecord): Promise<{ archives: Archive[]; eventHubs: EventHub[] }> {
			const settings = await store.settingsOf(database.read, workspace.key);
			const all = await Promise.all(settings.map((setting) => found(database.read, setting)));
			return {
				archives: all.flatMap(({ configs }) => (configs.archive ? [configs.archive] : [])),
				eventHubs: all.flatMap(({ configs }) => (configs.eventHub ? [configs.eventHub] : [])),
			};
		},
	};
}

function minuteOf(time: number): number {
	return Math.floor(time / MICROS_PER_MINUTE) * MICROS_PER_MINUTE;
}

async function checkCount(db: Kysely<Tables>, workspace: WorkspaceRecord): Promise<void> {
	const given = (await store.settingsOf(db, workspace.key)).length + 1;
	checkLimit('The number of diagnostic settings', given, 'diagnosticSettings');
}

function checkName(name: string): void {
	if (!NAME.test(name)) {
		throw new RunsteadError('invalid-name', {
			noun: 'diagnostic setting',
			given: JSON.stringify(name),
			reason: 'it takes letters, digits, spaces, dots, hyphens and underscores, a letter or digit first',
		});
	}
}
