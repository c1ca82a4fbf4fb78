import { expect, test } from 'vitest';
import { statusNote } from './status-note.ts';

test.each([
	['ada asked for it.', 'ada', 'ada asked for it.'],
	['the data are wrong', 'ada', 'the data are wrong (ada)'],
	['It is heard again.', null, 'It is heard again.'],
	[null, 'ada', null],
])('%j by %j is told as %j', (statusReason, statusActor, note) => {
	expect(statusNote({ statusReason, statusActor })).toBe(note);
});
