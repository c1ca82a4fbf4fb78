import { expect, test } from 'vitest';
import { eventText } from './compute-event-text.ts';

test.each([
	['node.changed', { from: null, to: 'preparing', reason: null }, 'n-1 came, preparing'],
	['node.changed', { from: 'preparing', to: 'idle', reason: null }, 'n-1 went from preparing to idle'],
	['node.changed', { from: 'idle', to: 'gone', reason: 'It idled for 60 s.' }, 'n-1 has left: It idled for 60 s.'],
	['cluster.created', { minNodes: 0, maxNodes: 2, vmSize: 'STANDARD_D2_V2' }, 'Created with 0 to 2 nodes of STANDARD_D2_V2'],
	['cluster.resized', { currentNodes: 0, targetNodes: 2 }, 'Resizing from 0 to 2 nodes'],
	['node.joined', { reason: 'by hand' }, 'node.joined n-1: by hand'],
])('%s %j is told as %s', (type, data, text) => {
	expect(eventText({ type, subject: 'n-1', data })).toBe(text);
});
