/** `runstead monitor alerts rule create`: makes a rule on a workspace metric or on the logs, one from a file, or those that are recommended. */
import { readFile } from 'node:fs/promises';
import {
	ALERT_OPERATORS,
	ALERT_SEVERITIES,
	type AlertCondition,
	type AlertRule,
	type CreateAlertRule,
	METRIC_AGGREGATIONS,
} from '@runstead/contract';
import { ruleAnswer } from '../alert-answer.ts';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { secondsOf } from '../duration.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { queryText } from '../query-text.ts';

async function ruleFromFile(path: string): Promise<CreateAlertRule> {
	const text = await readFile(path, 'utf8').catch((error: Error) => {
		throw new CommandError(
			`${path} cannot be read: ${error.message}.`,
			'Give a JSON file such as runstead monitor alerts rules -o json shows.',
		);
	});
	try {
		return JSON.parse(text) as CreateAlertRule;
	} catch (error) {
		throw new CommandError(`${path} is not JSON: ${(error as Error).message}.`, 'Check its commas and quotes.');
	}
}

function known<Value extends string>(values: readonly Value[], given: string | undefined, option: string): Value {
	const found = values.find((value) => value === given);
	if (found === undefined) throw new UsageError(`${option} is one of ${values.join(', ')}.`);
	return found;
}

const GIVE = 'Give a NAME and --metric or --log-query, or --file, or --recommended.';

interface ConditionOptions {
	readonly metric?: string | undefined;
	readonly 'log-query'?: string | undefined;
	readonly measure?: string | undefined;
	readonly aggregation?: string | undefined;
}

async function conditionOf(
	{ metric, 'log-query': logQuery, measure, aggregation }: ConditionOptions,
	compared: Pick<Extract<AlertCondition, { type: 'logQuery' }>, 'operator' | 'threshold' | 'splitBy'>,
): Promise<AlertCondition> {
	if ((metric === undefined) === (logQuery === undefined)) throw new UsageError(GIVE);
	if (metric !== undefined) {
		if (measure !== undefined) throw new UsageError('--measure is of --log-query; of a metric give --aggregation.');
		return { type: 'metric', metric, aggregation: known(METRIC_AGGREGATIONS, aggregation ?? 'total', '--aggregation'), ...compared };
	}
	if (aggregation !== undefined) throw new UsageError('--aggregation is of --metric; a log query sums up by itself.');
	const query = (await queryText(logQuery as string)).trim();
	return { type: 'logQuery', query, ...(measure !== undefined && { measure }), ...compared };
}

export const command = defineCommand({
	summary: 'Make an alert rule on a workspace metric or on logs, or one from a file, or those that are recommended',
	usage: '[NAME]',
	words: { min: 0, max: 1 },
	options: {
		metric: { type: 'string', value: 'METRIC', description: 'One of runstead monitor metrics.' },
		'log-query': {
			type: 'string',
			value: 'KQL',
			description: 'A query over the logs, as runstead query takes it; @FILE, or - for standard input.',
		},
		measure: {
			type: 'string',
			value: 'COLUMN',
			description: 'Column of the log query that is compared (default: how many rows there are).',
		},
		aggregation: {
			type: 'string',
			value: 'NAME',
			choices: METRIC_AGGREGATIONS,
			description: 'Of the samples of a metric in the window (default: total).',
		},
		operator: { type: 'string', value: 'NAME', choices: ALERT_OPERATORS, description: 'How it is compared (default: greaterThan).' },
		threshold: { type: 'string', value: 'NUMBER', description: 'What it is compared with (default: 0).' },
		split: {
			type: 'string',
			value: 'NAME',
			multiple: true,
			description: 'Dimension of the metric, or column of the log query: an alert for each of its values.',
		},
		window: { type: 'string', value: 'DURATION', description: 'How much time each look takes in, such as 5m (default: 5m).' },
		frequency: { type: 'string', value: 'DURATION', description: 'How often (default: 1m).' },
		severity: { type: 'string', value: '0-4', description: '0 is the most severe (default: 3).' },
		'action-group': { type: 'string', value: 'NAME', multiple: true, description: 'Who is told.' },
		file: { type: 'string', value: 'FILE', description: 'A whole rule as JSON, also on runs.' },
		recommended: { type: 'boolean', description: 'Make the recommended rules that are not there yet.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{
			command:
				'runstead monitor alerts rule create "Failed runs" --metric "Failed Runs" --split ExperimentName --severity 1 --action-group ops',
			explanation: 'an alert for each experiment with a failed run in five minutes',
		},
		{
			command:
				'runstead monitor alerts rule create "Out of memory" --log-query \'RunsteadLogs | where Message has "out of memory"\' --split RunId',
			explanation: 'an alert for each run whose log says so',
		},
		{ command: 'runstead monitor alerts rule create --recommended', explanation: 'model deployments, quotas, unusable nodes' },
		{
			command: 'runstead monitor alerts rule create --file stalled.json',
			explanation: '{"name": "Stalled", "condition": {"type": "runStalled", "seconds": 900}}',
		},
	],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		const create = (body: CreateAlertRule): Promise<AlertRule> => client.call('createAlertRule', { params: { workspace }, body });
		if (options.recommended === true) {
			const { rules } = await client.call('listRecommendedAlertRules', { params: { workspace } });
			const made: AlertRule[] = [];
			for (const { rule, exists } of rules) {
				const actionGroups = [...(options['action-group'] ?? [])];
				if (!exists) made.push(await create({ ...rule, actionGroups }));
			}
			return documentAnswer(
				made,
				made.length === 0 ? 'All of them are there already.' : `Made: ${made.map(({ name }) => name).join(', ')}.`,
			);
		}
		if (options.file !== undefined) {
			const rule = await ruleFromFile(options.file);
			return ruleAnswer(await create(words[0] === undefined ? rule : { ...rule, name: words[0] }));
		}
		const [name] = words;
		if (name === undefined) throw new UsageError(GIVE);
		const threshold = Number(options.threshold ?? '0');
		if (!Number.isFinite(threshold)) throw new UsageError(`"${options.threshold}" is not a number.`);
		const severity = ALERT_SEVERITIES.find((one) => String(one) === (options.severity ?? '3'));
		if (severity === undefined) throw new UsageError(`"${options.severity}" is not a severity: give 0 to 4.`);
		return ruleAnswer(
			await create({
				name,
				severity,
				condition: await conditionOf(options, {
					operator: known(ALERT_OPERATORS, options.operator ?? 'greaterThan', '--operator'),
					threshold,
					...(options.split && { splitBy: [...options.split] }),
				}),
				// The server says which there are.
				windowSeconds: secondsOf(options.window ?? '5m') as never,
				frequencySeconds: secondsOf(options.frequency ?? '1m') as never,
				actionGroups: [...(options['action-group'] ?? [])],
			}),
		);
	},
});
