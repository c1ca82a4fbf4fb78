/** When alerts fire and resolve: what follows from one look of a rule, for real and for a preview alike. */
import type { AlertOperator } from '@runstead/contract';

export interface FiringRule {
	readonly autoResolve: boolean;
	readonly suppressMicros: number;
}

/** What is known of one combination of dimensions. */
export interface CombinationState {
	/** An alert that was neither resolved nor closed. */
	readonly isOpen: boolean;
	/** When the last alert of the combination fired; null: none ever did. */
	readonly lastFiredTime: number | null;
}

export type Transition = 'fire' | 'resolve' | 'none';

/** What a look at `time` does with a combination for which the condition holds, or does not. */
export function transitionOf(
	{ autoResolve, suppressMicros }: FiringRule,
	{ isOpen, lastFiredTime }: CombinationState,
	holds: boolean,
	time: number,
): Transition {
	if (!holds) return isOpen && autoResolve ? 'resolve' : 'none';
	if (isOpen) return 'none';
	return lastFiredTime !== null && time < lastFiredTime + suppressMicros ? 'none' : 'fire';
}

export function compares(operator: AlertOperator, value: number, threshold: number): boolean {
	switch (operator) {
		case 'greaterThan':
			return value > threshold;
		case 'greaterOrEqual':
			return value >= threshold;
		case 'lessThan':
			return value < threshold;
		case 'lessOrEqual':
			return value <= threshold;
		case 'equals':
			return value === threshold;
	}
}

const OPERATOR_WORDS: Readonly<Record<AlertOperator, string>> = {
	greaterThan: 'greater than',
	greaterOrEqual: 'greater than or equal to',
	lessThan: 'less than',
	lessOrEqual: 'less than or equal to',
	equals: 'equal to',
};

/** Whole numbers as they are, others with the digits that one reads. */
export const numberInWords = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));

export const operatorInWords = (operator: AlertOperator): string => OPERATOR_WORDS[operator];
