/** One agent of this machine as a process: what every embedded node is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AgentHome {
	readonly python: string;
	/** Folder of the Python package `runstead`. */
	readonly packageFolder: string;
	readonly dataFolder: string;
	readonly serverFile: string;
	readonly tokenFile: string;
}

export interface AgentSettings {
	/** Folder of the node, below the data folder. */
	readonly nodeFolder: string;
	/** Compute target whose jobs it takes. */
	readonly target: string;
	/** 0: it stays. */
	readonly idleExitSeconds: number;
	readonly jobsMax?: number;
	/** Who it is to the server; made by itself if absent. */
	readonly agentId?: string;
}

export function startAgent(home: AgentHome, settings: AgentSettings): ChildProcess {
	const { nodeFolder, agentId, target, idleExitSeconds, jobsMax } = settings;
	mkdirSync(nodeFolder, { recursive: true, mode: 0o700 });
	if (agentId !== undefined) writeFileSync(join(nodeFolder, 'agent-id'), `${agentId}\n`);
	const log = openSync(join(nodeFolder, 'agent.log'), 'a', 0o600);
	const child = spawn(
		home.python,
		[
			...['-m', 'runstead.agent', 'run', '--node-dir', nodeFolder, '--target', target],
			...['--server-file', home.serverFile, '--token-file', home.tokenFile, '--idle-exit-seconds', String(idleExitSeconds)],
			...['--environments-dir', join(home.dataFolder, 'environments')],
			...(jobsMax === undefined ? [] : ['--jobs-max', String(jobsMax)]),
		],
		// Detached: Ctrl-C in the terminal is for the server, which says what becomes of the jobs.
		{ detached: true, stdio: ['ignore', log, log], env: { ...process.env, PYTHONPATH: home.packageFolder } },
	);
	child.unref();
	return child;
}

/** Lets an agent go; its jobs run on under their supervisors. Resolves when its process has ended. */
export async function stopAgent(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	child.ref();
	child.kill('SIGTERM');
	await ended;
}

/** An agent ends with this code when another one works on its node folder. */
export const NODE_IN_USE_EXIT_CODE = 3;

/** Asks the agent that an earlier server left on a node to let go; its jobs run on, and the next agent takes them over. */
export function retireAgentOf(nodeFolder: string): void {
	try {
		// Whoever holds the lock has written its process id there, and lives.
		process.kill(Number(readFileSync(join(nodeFolder, 'agent.lock'), 'utf8')), 'SIGTERM');
	} catch (error) {
		// It has ended by itself in the meantime.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
