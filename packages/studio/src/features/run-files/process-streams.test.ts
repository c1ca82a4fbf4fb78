import { expect, test } from 'vitest';
import { processStreams } from './process-streams.ts';

test('the streams of one job stand together, by number', () => {
	const paths = [
		'azureml-logs/70_driver_log_10.txt',
		'azureml-logs/70_driver_log_2.txt',
		'other/70_driver_log_0.txt',
		'azureml-logs/70_driver_log.txt',
	];
	expect(processStreams('azureml-logs/70_driver_log_2.txt', paths)).toEqual([
		{ process: 2, path: 'azureml-logs/70_driver_log_2.txt' },
		{ process: 10, path: 'azureml-logs/70_driver_log_10.txt' },
	]);
	expect(processStreams('azureml-logs/70_driver_log.txt', paths)).toEqual([]);
	expect(processStreams('other/70_driver_log_0.txt', paths)).toEqual([]);
});
