/** What a filter over runs is made of: one grammar shared by the API, the runs table, the command line and alerts. */

/** Attributes of a run that a filter or an order may name, with the type of their values. */
export const RUN_ATTRIBUTES = {
	id: 'text',
	number: 'number',
	name: 'text',
	displayName: 'text',
	description: 'text',
	type: 'text',
	origin: 'text',
	target: 'text',
	status: 'text',
	submittedBy: 'text',
	experimentId: 'text',
	experimentName: 'text',
	parentId: 'text',
	rootId: 'text',
	createdTime: 'time',
	startTime: 'time',
	endTime: 'time',
	durationMs: 'number',
} as const;

export type RunAttribute = keyof typeof RUN_ATTRIBUTES;

export const METRIC_STATISTICS = ['last', 'min', 'max', 'mean', 'first'] as const;
export type MetricStatistic = (typeof METRIC_STATISTICS)[number];

/** What a filter compares: an attribute, a tag, property or param by its key, or a summary of a metric. */
export type FilterField =
	| { readonly kind: 'attribute'; readonly name: RunAttribute }
	| { readonly kind: 'tag' | 'property' | 'param'; readonly key: string }
	| { readonly kind: 'metric'; readonly name: string; readonly statistic: MetricStatistic };

export type FilterValue = string | number;

export const DATASET_PARTS = ['name', 'digest', 'context'] as const;
/** What a filter asks of the datasets that a run read; the context is what it read them for, such as training. */
export type DatasetPart = (typeof DATASET_PARTS)[number];

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike';

export type Filter =
	| { readonly type: 'and' | 'or'; readonly operands: readonly Filter[] }
	| { readonly type: 'not'; readonly operand: Filter }
	| { readonly type: 'compare'; readonly field: FilterField; readonly operator: ComparisonOperator; readonly value: FilterValue }
	| { readonly type: 'in'; readonly field: FilterField; readonly values: readonly FilterValue[] }
	/** The value is there and not null. */
	| { readonly type: 'present'; readonly field: FilterField }
	/** The run read a dataset of which this is true. */
	| { readonly type: 'dataset'; readonly part: DatasetPart; readonly operator: ComparisonOperator; readonly value: string }
	/** The key is there, with or without a value: `has tags."worth another look"`. */
	| { readonly type: 'has'; readonly field: FilterField };
