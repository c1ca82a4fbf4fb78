/** Every command of `runstead`. */
import { RUNSTEAD } from './command-line.ts';
import type { Program } from './program.ts';

export const RUNSTEAD_PROGRAM: Program = {
	name: 'runstead',
	call: RUNSTEAD,
	summary: 'Start, watch, cancel, compare and query training runs.',
	defaultFormat: 'settings',
	commands: {
		up: () => import('./commands/up.ts'),
		stop: () => import('./commands/stop.ts'),
		status: () => import('./commands/status.ts'),
		doctor: () => import('./commands/doctor.ts'),
		backup: () => import('./commands/backup.ts'),
		restore: () => import('./commands/restore.ts'),
		'workspace list': () => import('./commands/workspace-list.ts'),
		'workspace show': () => import('./commands/workspace-show.ts'),
		'workspace create': () => import('./commands/workspace-create.ts'),
		'token create': () => import('./commands/token-create.ts'),
		'compute list': () => import('./commands/compute-list.ts'),
		'compute show': () => import('./commands/compute-show.ts'),
		'compute create': () => import('./commands/compute-create.ts'),
		'compute update': () => import('./commands/compute-update.ts'),
		'compute delete': () => import('./commands/compute-delete.ts'),
		'compute nodes': () => import('./commands/compute-nodes.ts'),
		'compute queue': () => import('./commands/compute-queue.ts'),
		'compute cordon': () => import('./commands/compute-cordon.ts'),
		'compute drain': () => import('./commands/compute-drain.ts'),
		config: () => import('./commands/config.ts'),
		sync: () => import('./commands/sync.ts'),
		version: () => import('./commands/version.ts'),
	},
	groups: {
		workspace: 'Workspaces of a server:',
		compute: 'Clusters and their nodes:',
		token: 'Access tokens:',
	},
	examples: [
		['runstead up', 'start the server and keep it running'],
		['runstead status', 'say where it is and what it does'],
		['runstead COMMAND --help', 'explain one command, with examples'],
	],
};
