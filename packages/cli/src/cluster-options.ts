/** The options that say what a cluster is to be, and their values as the API takes them. */
import { type OptionDescription, UsageError } from './command.ts';
import { tagsOf, wholeNumber } from './run/values.ts';

const COUNT = { type: 'string', value: 'COUNT' } as const;

export const SCALE_OPTIONS = {
	'min-nodes': { ...COUNT, description: 'Nodes that are always there.' },
	'max-nodes': { ...COUNT, description: 'Nodes that there are at most.' },
	'idle-seconds': { ...COUNT, description: 'How many seconds a node may be idle before it leaves.' },
	'max-concurrent-runs': { ...COUNT, description: 'Runs at once, whatever the nodes could do; none: as many as there are nodes.' },
	'enforce-memory': {
		type: 'string',
		value: 'yes|no',
		choices: ['yes', 'no'],
		description: 'Whether a job that uses more memory than the VM size has is ended.',
	},
	description: { type: 'string', value: 'TEXT', description: 'What it is for.' },
	tag: { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'A tag, and others given so.' },
} as const;

function withDefault<Option extends OptionDescription>(option: Option, value: string): Option {
	return { ...option, description: option.description.replace(/\.$/, ` (default: ${value}).`) };
}

/** Those of a new cluster, with what it has where they are not given. */
export const NEW_SCALE_OPTIONS = {
	...SCALE_OPTIONS,
	'min-nodes': withDefault(SCALE_OPTIONS['min-nodes'], '0'),
	'max-nodes': withDefault(SCALE_OPTIONS['max-nodes'], '1'),
	'idle-seconds': withDefault(SCALE_OPTIONS['idle-seconds'], '1800'),
	'max-concurrent-runs': withDefault(SCALE_OPTIONS['max-concurrent-runs'], 'none'),
	'enforce-memory': withDefault(SCALE_OPTIONS['enforce-memory'], 'no'),
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
