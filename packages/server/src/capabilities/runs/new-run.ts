/** A run as its maker wants it, and the record that it becomes. */
import { type CreateRun, LIMITS, type RunStatus } from '@runstead/contract';
import { fromWireTime } from '../../http/time.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentRecord } from '../experiments/service.ts';
import type { RunRecord } from './store.ts';

/** `CreateRun` of the contract and what only the server's own capabilities say. */
export interface NewRun extends Omit<CreateRun, 'status' | 'parentId'> {
	readonly status?: RunStatus;
	readonly parent?: RunRecord;
	readonly origin: string;
	readonly snapshotId?: string;
	/** Its id was made for it, by chance: no run of that id is looked for. */
	readonly hasFreshId?: boolean;
	/** False where its client sends none: then silence is no sign that it is lost. */
	readonly sendsHeartbeats?: boolean;
}

/** A run that is made alone, by a request of its own. */
export type NewLoneRun = CreateRun & Pick<NewRun, 'sendsHeartbeats' | 'hasFreshId'>;

export function newRecord(
	unit: UnitOfWork,
	experiment: ExperimentRecord,
	fields: NewRun,
	{ id, key, number, depth, actor }: { id: string; key: number; number: number; depth: number; actor: string },
): RunRecord {
	const startTime = fields.startTime === undefined ? unit.now : fromWireTime(fields.startTime, 'startTime');
	const leaseSeconds = fields.leaseSeconds ?? null;
	return {
		id,
		workspace_key: experiment.workspace_key,
		experiment_key: experiment.key,
		number,
		parent_key: fields.parent?.key ?? null,
		depth,
		name: fields.name ?? '',
		display_name: fields.displayName ?? (fields.name || `${experiment.name}-${number}`).slice(0, LIMITS.displayNameCharacters.max),
		description: fields.description ?? '',
		type: fields.type ?? 'interactive',
		origin: fields.origin,
		submitted_by: actor,
		target: fields.target ?? 'local',
		status: 'NotStarted',
		status_reason: null,
		status_actor: actor,
		error: null,
		lifecycle: 'active',
		created_time: Math.min(unit.now, startTime),
		start_time: null,
		end_time: null,
		progress_done: null,
		progress_total: null,
		primary_metric: null,
		primary_direction: null,
		data_container_id: `dcid.${id}`,
		snapshot_id: fields.snapshotId ?? null,
		lease_seconds: leaseSeconds,
		lease_expiry_time: leaseSeconds === null ? null : unit.now + leaseSeconds * 1_000_000,
		sends_heartbeats: fields.sendsHeartbeats === false ? 0 : 1,
		key,
		root_key: fields.parent?.root_key ?? key,
	};
}
