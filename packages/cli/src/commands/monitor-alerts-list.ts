/** `runstead monitor alerts list`: what rules have raised. */
import { allAlerts } from '../alert-answer.ts';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List alerts, the newest first: those that are open, or all',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		all: { type: 'boolean', description: 'Also those that were resolved or closed.' },
		run: { type: 'string', value: 'RUN', description: 'Only those of a run.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [{ command: 'runstead monitor alerts list --all', explanation: 'what was raised, and what became of it' }],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const query = { ...(options.all !== true && { open: true as const }), ...(options.run !== undefined && { run: options.run }) };
		return listAnswer(allAlerts(client, workspace, query), {
			empty: options.all === true ? 'There were no alerts.' : 'There are no open alerts.',
			columns: [
				{ heading: 'ALERT', of: ({ id }) => id, whole: true },
				{ heading: 'SEV', of: ({ severity }) => String(severity) },
				{ heading: 'STATE', of: ({ state, isResolved }) => (isResolved ? `${state}, resolved` : state) },
				{ heading: 'RULE', of: ({ ruleName }) => ruleName },
				{ heading: 'OF', of: ({ dimensions }) => Object.values(dimensions).join(', ') || '-' },
				{ heading: 'FIRED', of: ({ firedTime }) => firedTime.slice(0, 19).concat('Z') },
				{ heading: 'WHAT', of: ({ summary }) => summary },
			],
		});
	},
});
