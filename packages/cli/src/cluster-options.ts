/** The options that say what a cluster is to be, and their values as the API takes them. */
import { UsageError } from './command.ts';
import { tagsOf, wholeNumber } from './run/values.ts';

const COUNT = { type: 'string', value: 'COUNT' } as const;

export const SCALE_OPTIONS = {
	'min-nodes': { ...COUNT, description: 'Nodes that are always there (default: 0).' },
	'max-nodes': { ...COUNT, description: 'Nodes that there are at most (default: 1).' },
	'idle-seconds': { ...COUNT, description: 'How long a node may be idle before it leaves (default: 1800).' },
	'max-concurrent-runs': { ...COUNT, description: 'Runs at once, whatever the nodes could do; none: as many as there are nodes.' },
	'enforce-memory': {
		type: 'string',
		value: 'yes|no',
		choices: ['yes', 'no'],
		description: 'Whether a job that uses more memory than the VM size has is ended (default: no).',
	},
	description: { type: 'string', value: 'TEXT', description: 'What it is for.' },
	tag: { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'A tag, and others given so.' },
} as const;

type ScaleInput = { readonly [Name in Exclude<keyof typeof SCALE_OPTIONS, 'tag'>]?: string } & { readonly tag?: readonly string[] };

function yesOrNo(name: string, given: string | undefined): boolean | undefined {
	if (given === undefined) return undefined;
	if (given !== 'yes' && given !== 'no') throw new UsageError(`--${name} takes yes or no, not "${given}".`);
	return given === 'yes';
}

/** @throws {UsageError} for a count that is none. */
export function scaleOf(options: ScaleInput) {
	const concurrent = options['max-concurrent-runs'];
	return {
		minNodes: wholeNumber('min-nodes', options['min-nodes']),
		maxNodes: wholeNumber('max-nodes', options['max-nodes']),
		idleSecondsBeforeScaleDown: wholeNumber('idle-seconds', options['idle-seconds']),
		maxConcurrentRuns: concurrent === 'none' ? null : wholeNumber('max-concurrent-runs', concurrent),
		enforceMemory: yesOrNo('enforce-memory', options['enforce-memory']),
		description: options.description,
		tags: tagsOf(options.tag, '--tag'),
	};
}
