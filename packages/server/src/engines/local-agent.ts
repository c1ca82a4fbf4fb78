/** The agent of compute target `local`: one Python process on this machine, started when there is work, gone when idle. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentHome, NODE_IN_USE_EXIT_CODE, retireAgentOf, startAgent, stopAgent } from './agent-process.ts';

export interface LocalAgentOptions {
	readonly home: AgentHome;
	/** Whether jobs of this target wait or run. */
	readonly hasWork: () => Promise<boolean>;
	/** Told when the agent cannot be started, in words for those whose jobs wait. */
	readonly onUnavailable: (reason: string) => void;
}

export interface LocalAgent {
	/** Sees to it that an agent runs. */
	ensure(): void;
	/** The same, if jobs of this target wait or run, or an agent that was killed has left something to clear away. */
	ensureIfNeeded(): Promise<void>;
	/** Lets go of the agent; the jobs run on under their supervisors. Resolves when its process has ended. */
	stop(): Promise<void>;
}

/** An agent without work for so long ends; the next job starts one in about a tenth of a second. */
const IDLE_EXIT_SECONDS = 60;
const RESTART_MS = { min: 250, max: 10_000 } as const;
/** An agent that lived so long was sound: its restart is not held back. */
const SOUND_AFTER_MS = 30_000;

export function createLocalAgent({ home, hasWork, onUnavailable }: LocalAgentOptions): LocalAgent {
	const nodeFolder = join(home.dataFolder, 'nodes', 'local');
	let agent: ChildProcess | null = null;
	let restart: NodeJS.Timeout | null = null;
	let restartMs: number = RESTART_MS.min;
	let stopping = false;

	const start = (): void => {
		const started = performance.now();
		const child = startAgent(home, { nodeFolder, target: 'local', idleExitSeconds: IDLE_EXIT_SECONDS });
		agent = child;
		child.on('error', (error) => {
			agent = null;
			onUnavailable(`The agent could not be started with ${home.python}: ${error.message}.`);
			again();
		});
		child.on('exit', (code) => {
			agent = null;
			if (code === NODE_IN_USE_EXIT_CODE && !stopping) retireAgentOf(nodeFolder);
			if (performance.now() - started > SOUND_AFTER_MS) restartMs = RESTART_MS.min;
			again();
		});
	};

	/** Starts another one if there is work left, later and later if it keeps ending. */
	const again = (): void => {
		if (stopping || restart) return;
		restart = setTimeout(() => {
			restart = null;
			restartMs = Math.min(restartMs * 2, RESTART_MS.max);
			void ensureIfNeeded().catch(() => again());
		}, restartMs);
		restart.unref();
	};

	const ensure = (): void => {
		if (!agent && !stopping) start();
	};

	const ensureIfNeeded = async (): Promise<void> => {
		if (hasAttempts(nodeFolder) || (await hasWork())) ensure();
	};

	return {
		ensure,
		ensureIfNeeded,
		async stop() {
			stopping = true;
			if (restart) clearTimeout(restart);
			if (agent) await stopAgent(agent);
		},
	};
}

/** Whether the node holds something of a job, be it only what is to be removed. */
function hasAttempts(nodeFolder: string): boolean {
	const jobs = join(nodeFolder, 'jobs');
	return existsSync(jobs) && readdirSync(jobs).length > 0;
}
