/** What was typed as the size of a cluster, read as numbers, or what is wrong with it. */
import { LIMITS } from '@runstead/contract';

export interface ScaleText {
	readonly minNodes: string;
	readonly maxNodes: string;
	readonly idleSeconds: string;
	/** Empty: no limit. */
	readonly concurrent: string;
}

export interface ScaleNumbers {
	readonly minNodes: number;
	readonly maxNodes: number;
	readonly idleSecondsBeforeScaleDown: number;
	readonly maxConcurrentRuns: number | null;
}

export interface ReadScale {
	/** Null when something is wrong. */
	readonly scale: ScaleNumbers | null;
	readonly problems: Readonly<Partial<Record<keyof ScaleText, string>>>;
}

const IDLE_SECONDS_MAX = 30 * 86_400;

export function readScale(text: ScaleText): ReadScale {
	const problems: Partial<Record<keyof ScaleText, string>> = {};
	const whole = (key: keyof ScaleText, least: number, greatest: number): number => {
		const number = Number(text[key].trim());
		if (text[key].trim() === '' || !Number.isInteger(number) || number < least || number > greatest)
			problems[key] = `a whole number from ${least} to ${greatest}`;
		return number;
	};
	const minNodes = whole('minNodes', 0, LIMITS.nodesPerCluster.max);
	const maxNodes = whole('maxNodes', 0, LIMITS.nodesPerCluster.max);
	const idleSecondsBeforeScaleDown = whole('idleSeconds', 0, IDLE_SECONDS_MAX);
	const maxConcurrentRuns = text.concurrent.trim() === '' ? null : whole('concurrent', 1, LIMITS.nodesPerCluster.max);
	if (problems.minNodes === undefined && problems.maxNodes === undefined && minNodes > maxNodes)
		problems.minNodes = `not more than the maximum, ${maxNodes}`;
	const isRight = Object.keys(problems).length === 0;
	return { scale: isRight ? { minNodes, maxNodes, idleSecondsBeforeScaleDown, maxConcurrentRuns } : null, problems };
}
