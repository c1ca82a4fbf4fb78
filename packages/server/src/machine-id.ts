/** Tells this machine (or container) from others, so that a client learns whether it runs beside the server. `runstead/local_machine.py` makes the same one. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/** The same for every process that sees the same files since the same start of the machine; it tells nothing about it. */
export function machineId(): string {
	const given = process.env.RUNSTEAD_MACHINE_ID;
	if (given) return given;
	// Containers share the kernel and often the name, but not the file system.
	const { dev, ino } = statSync('/');
	const facts = [readOrEmpty('/proc/sys/kernel/random/boot_id'), readOrEmpty('/etc/machine-id'), `${dev}:${ino}`, hostname()];
	return createHash('sha256').update(facts.join('\n')).digest('hex');
}

function readOrEmpty(file: string): string {
	try {
		return readFileSync(file, 'utf8').trim();
	} catch {
		return '';
	}
}
