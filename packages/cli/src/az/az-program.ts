/** The commands of azure-cli-ml, as `runstead az …` and, with the shim on the path, as `az …`. */
import { RUNSTEAD } from '../command-line.ts';
import type { Program } from '../program.ts';

export const AZ_PROGRAM: Program = {
	name: 'az',
	// The shim says that it was what the person typed.
	call: process.env.RUNSTEAD_AZ_SHIM ? 'az' : `${RUNSTEAD} az`,
	summary: 'The commands of azure-cli-ml, answered by Runstead.',
	defaultFormat: 'json',
	commands: {
		login: () => import('./commands/login.ts'),
		logout: () => import('./commands/logout.ts'),
		'account set': () => import('./commands/account-set.ts'),
		'account show': () => import('./commands/account-show.ts'),
		'account list': () => import('./commands/account-list.ts'),
		'ml folder attach': () => import('./commands/ml-folder-attach.ts'),
		'ml run submit-script': () => import('./commands/ml-run-submit-script.ts'),
		'ml run list': () => import('./commands/ml-run-list.ts'),
		'ml run show': () => import('./commands/ml-run-show.ts'),
		'ml run cancel': () => import('./commands/ml-run-cancel.ts'),
		'ml run update': () => import('./commands/ml-run-update.ts'),
		'ml experiment list': () => import('./commands/ml-experiment-list.ts'),
		'ml computetarget list': () => import('./commands/ml-computetarget-list.ts'),
		'ml computetarget show': () => import('./commands/ml-computetarget-show.ts'),
		'ml computetarget create amlcompute': () => import('./commands/ml-computetarget-create-amlcompute.ts'),
		shim: () => import('./commands/shim.ts'),
	},
	groups: { account: 'The subscription:', ml: 'Machine learning:' },
	examples: [
		['az ml folder attach -w myworkspace -g myresourcegroup', 'begin in a folder'],
		['az ml run submit-script -c sklearn -e testexperiment train.py', 'run a script'],
		['az ml run list --experiment-name testexperiment', 'see its runs'],
	],
};
