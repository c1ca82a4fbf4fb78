import type { ActionGroup } from '@runstead/contract';
import { expect, it } from 'vitest';
import { canHaveMore, draftOf, isKept, newReceiver, problemOf, type ReceiverDraft, receiverOf } from './group-draft.ts';

const GROUP: ActionGroup = {
	id: 'g',
	workspaceId: 'w',
	name: 'ops',
	receivers: [
		{ id: 'a', type: 'webhook', address: 'https://example.org/hook?…', problem: null },
		{ id: 'b', type: 'email', address: 'ada@example.org, bob@example.org', problem: null },
	],
	problem: null,
	createdTime: '',
	createdBy: 'me',
	modifiedTime: '',
};
const [hook, mail] = draftOf(GROUP).receivers as [ReceiverDraft, ReceiverDraft];

it('what was not changed keeps what the server has of it', () => {
	expect([hook, mail].map(receiverOf)).toEqual([
		{ type: 'webhook', id: 'a' },
		{ type: 'email', id: 'b', to: ['ada@example.org', 'bob@example.org'] },
	]);
	expect([isKept(hook), isKept({ ...hook, address: 'https://other.org/' }), isKept(newReceiver())]).toEqual([true, false, false]);
});

it('what was changed is given anew, and another kind is another receiver', () => {
	expect(receiverOf({ ...hook, address: ' https://other.org/ ' })).toEqual({ type: 'webhook', id: 'a', url: 'https://other.org/' });
	expect(receiverOf({ ...hook, type: 'slack', address: 'https://hooks.example.org/x' })).toEqual({
		type: 'slack',
		url: 'https://hooks.example.org/x',
	});
	expect(receiverOf({ ...newReceiver('email'), address: 'ada@example.org; bob@example.org' })).toEqual({
		type: 'email',
		to: ['ada@example.org', 'bob@example.org'],
	});
});

it('a group that cannot be saved says why', () => {
	expect(problemOf(draftOf(GROUP))).toBe(null);
	expect(problemOf(draftOf(null))).toBe('A group needs a name.');
	expect(problemOf({ name: 'ops', receivers: [] })).toBe('A group needs a receiver.');
	expect(problemOf({ name: 'ops', receivers: [hook, newReceiver()] })).toBe('Each receiver needs an address.');
	expect(problemOf({ name: 'ops', receivers: [{ ...hook, address: 'https://example.org/other?…' }] })).toContain('as a whole');
	const many = (count: number) => canHaveMore({ name: 'ops', receivers: Array.from({ length: count }, () => newReceiver()) });
	expect([many(49), many(50)]).toEqual([true, false]);
});
