import type { MetricSummary } from '@runstead/contract';
import { expect, test } from 'vitest';
import { isOfSystem, systemSections } from './system-metrics.ts';

test('measures of the machine are put by device', () => {
	const names = [
		'system/gpu_10_percent',
		'system/gpu_2_percent',
		'system/cpu_percent',
		'system/rss_mib',
		'system/fan',
		'system/network_sent',
	];
	expect(names.every(isOfSystem)).toBe(true);
	expect(isOfSystem('train/system/loss')).toBe(false);
	const sections = systemSections(names.map((name) => ({ name }) as MetricSummary));
	expect(sections.map(({ section, metrics }) => [section, metrics.map(({ name }) => name)])).toEqual([
		['Processor', ['system/cpu_percent']],
		['Memory', ['system/rss_mib']],
		['GPU', ['system/gpu_2_percent', 'system/gpu_10_percent']],
		['Network', ['system/network_sent']],
		['Other', ['system/fan']],
	]);
});

test('what several nodes measured stands by measure, node beside node', () => {
	const names = ['system/node-1/memory_mib', 'system/node-10/cpu_percent', 'system/node-0/memory_mib', 'system/node-2/cpu_percent'];
	expect(
		systemSections(names.map((name) => ({ name }) as MetricSummary)).map(({ section, metrics }) => [
			section,
			metrics.map(({ name }) => name),
		]),
	).toEqual([
		['Processor', ['system/node-2/cpu_percent', 'system/node-10/cpu_percent']],
		['Memory', ['system/node-0/memory_mib', 'system/node-1/memory_mib']],
	]);
});
