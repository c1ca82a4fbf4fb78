/** Jobs and the environments that they run in. */
import type { PartState } from '@runstead/contract';
import type { Generated } from 'kysely';

export interface JobTable {
	run_key: number;
	experiment_key: number;
	/** The greater goes first. */
	priority: number;
	/** `local`, or the id of a cluster. */
	target: string;
	definition: string;
	agent: string | null;
	/** Grows with each lease; a report with an older one is refused. 0 before the first. */
	fence: number;
	/** Queued jobs wait; leased ones belong to an agent; ended ones are done. */
	state: 'queued' | 'leased' | 'ended';
	/** Set when the process tree is to be ended: why. */
	end_reason: string | null;
	exit_code: number | null;
	signal: number | null;
	/** How often the loss of a node, by no fault of a preemption, has sent it back to the queue. */
	requeues: number;
	/** A job of more than one node is leased by its parts. */
	node_count: number;
	/** The first of its parts that failed. */
	failed_rank: number | null;
}

/** What one node has of a job on several: it is there from the lease of the job until its next attempt. */
export interface JobPartTable {
	run_key: number;
	/** From 0; the node of rank 0 is the one that the others meet at. */
	rank: number;
	agent: string;
	/** Where the other nodes reach it. */
	address: string;
	fence: number;
	/** Given out until its agent has asked for it; ready when it may start as soon as the others may. */
	state: PartState;
	lease_expiry_time: number;
	/** What it offers the other nodes, as JSON, once it is ready. */
	offer: string | null;
	/** How its processes ended, as JSON. */
	outcome: string | null;
}

/** A job whose code is still to come: what was submitted, but for its snapshot. */
export interface JobDraftTable {
	run_key: number;
	submission: string;
}

export interface EnvironmentTable {
	key: Generated<number>;
	workspace_key: number;
	name: string;
	/** Lower-cased: names are unique in a workspace whatever their case. */
	folded_name: string;
	version: number;
	/** 1 on the greatest version of a name. */
	newest: number;
	/** The same on all versions of a name. */
	archived: number;
	description: string;
	tags: string;
	/** As it was checked; what is not asked for is left out. */
	specification: string;
	created_time: number;
	created_by: string;
}

export interface JobTables {
	job: JobTable;
	job_part: JobPartTable;
	job_draft: JobDraftTable;
	environment: EnvironmentTable;
}
