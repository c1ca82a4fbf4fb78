/** The most memory that the process of the query engine has, while something is measured. */
import { readFileSync } from 'node:fs';
import { descendantsOf, memoryOf } from './processes.ts';

const LOOK_MS = 100;

export interface EngineMemory extends Disposable {
	mostMiB(): number;
}

/** Of the engine that this process has started, or starts meanwhile. */
export function watchEngineMemory(): EngineMemory {
	let most = 0;
	let engine: number | undefined;
	const look = (): void => {
		try {
			engine ??= descendantsOf(process.pid).find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('engine-process'));
			if (engine !== undefined) most = Math.max(most, memoryOf(engine).residentMiB);
		} catch {
			// It has ended; another may come.
			engine = undefined;
		}
	};
	const timer = setInterval(look, LOOK_MS);
	return { mostMiB: () => most, [Symbol.dispose]: () => clearInterval(timer) };
}
