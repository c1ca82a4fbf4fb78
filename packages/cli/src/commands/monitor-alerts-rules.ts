/** `runstead monitor alerts rules`: the rules that raise alerts. */
import { type AlertRule, conditionText } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';
import { timeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'List the alert rules of a workspace',
	usage: '',
	words: { min: 0, max: 0 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead monitor alerts rules -o json', explanation: 'with their conditions, as rule create takes them' }],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const rules = pages<AlertRule>(async (cursor) => {
			const page = await client.call('listAlertRules', { params: { workspace }, query: { limit: 1_000, cursor } });
			return { items: page.rules, nextCursor: page.nextCursor };
		});
		return listAnswer(rules, {
			empty: 'There are no alert rules. Some are recommended: runstead monitor alerts rule create --recommended',
			columns: [
				{ heading: 'RULE', of: ({ name }) => name, whole: true },
				{ heading: 'SEV', of: ({ severity }) => String(severity) },
				{ heading: 'ON', of: ({ enabled }) => (enabled ? 'yes' : 'no') },
				{ heading: 'OPEN', of: ({ openAlerts }) => String(openAlerts) },
				{ heading: 'WATCHES', of: ({ condition }) => conditionText(condition) },
				{ heading: 'TELLS', of: ({ actionGroups }) => actionGroups.map(({ name }) => name).join(', ') || '-' },
				{ heading: 'SILENCED UNTIL', of: ({ silencedUntil }) => (silencedUntil === null ? '-' : timeText(silencedUntil)) },
				{ heading: 'COULD NOT LOOK', of: ({ evaluationError }) => evaluationError ?? '-' },
			],
		});
	},
});
