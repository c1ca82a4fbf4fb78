import { expect, test } from 'vitest';
import { machineInWords, shareInWords } from './machine-in-words.ts';

test('a share of the server says of what size it is', () => {
	expect(shareInWords({ vmSize: 'STANDARD_D2_V2', cores: 2, memoryBytes: 7 * 1024 ** 3, gpus: 0 })).toBe(
		'STANDARD_D2_V2 on this server: 2 cores, 7 GiB of memory, no GPU',
	);
	expect(shareInWords({ vmSize: 'STANDARD_NC6', cores: 1, memoryBytes: 1024 ** 3, gpus: 1 })).toContain('1 core, 1 GiB of memory, 1 GPU');
});

test('a machine that joined says which it is', () => {
	const machine = {
		hostname: 'lab-7',
		address: null,
		cores: 16,
		memoryMib: 65_536,
		gpus: ['A100', 'A100'],
		platform: 'linux',
		pythonVersion: '3.11.2',
		agentVersion: '0.1.0',
	};
	expect(machineInWords(machine)).toBe('lab-7 · 16 cores · 64 GiB of memory · A100, A100 · linux · Python 3.11.2');
});
