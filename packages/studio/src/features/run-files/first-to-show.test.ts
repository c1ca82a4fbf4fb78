import { expect, test } from 'vitest';
import { firstToShow, type ListedFile } from './first-to-show.ts';

const model: ListedFile = { path: 'outputs/model.pkl', kind: 'artifact', contentType: 'application/octet-stream' };
const notes: ListedFile = { path: 'outputs/notes.txt', kind: 'artifact', contentType: 'text/plain' };
const log: ListedFile = { path: 'logs/epochs.txt', kind: 'log', contentType: 'text/plain' };
const driver: ListedFile = { path: 'user_logs/std_log.txt', kind: 'log', contentType: 'text/plain' };
const uploaded: ListedFile = { path: 'azureml-logs/70_driver_log_0.txt', kind: 'artifact', contentType: 'text/plain' };

test.each<[ListedFile[], ListedFile | undefined]>([
	[[log, notes, driver], driver],
	[[log, uploaded], uploaded],
	[[model, notes, log], log],
	[[model, notes], notes],
	[[model], model],
	[[], undefined],
])('of %j it is %j', (files, first) => {
	expect(firstToShow(files)).toBe(first);
});
