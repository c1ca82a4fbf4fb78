/** A job that prints 100 MB in each second: what it printed is kept whole, however far behind the server is. */
import { createHash } from 'node:crypto';
import { DRIVER_LOG, filesOf, startJobsLab } from '../harness/jobs-lab.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { cpuMsOf, descendantsOf, memoryOf, scratchFolder } from '../harness/processes.ts';

const MB_PER_SECOND = 100;
const SECONDS = { whole: 5, quick: 1 } as const;
const MB = 1_000_000;
const ENDS_WITHIN_MS = 300_000;
const LOOK_MS = 100;

/** Lines of random words, a megabyte each time, at the rate; its own hash goes to a file. */
const scriptOf = (seconds: number): string => `
import hashlib, os, sys, time
digest = hashlib.sha256()
begin = time.monotonic()
for index in range(${MB_PER_SECOND * seconds}):
    piece = (os.urandom(49).hex() + "\\n").encode() * 10101 + b"%09d\\n" % index
    piece = piece[: ${MB} - 1] + b"\\n"
    os.write(1, piece)
    digest.update(piece)
    time.sleep(max(0, begin + (index + 1) / ${MB_PER_SECOND} - time.monotonic()))
took = time.monotonic() - begin
open("outputs/sha256.txt", "w").write(digest.hexdigest())
open("outputs/seconds.txt", "w").write(str(took))
`;

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using lab = await startJobsLab(folder.path);
	const { client } = lab;
	const seconds = quick ? SECONDS.quick : SECONDS.whole;
	const definition = await lab.scriptJob(scriptOf(seconds));
	await lab.ended(await lab.submit({ command: ['true'] }));
	const textOf = async (runId: string, path: string): Promise<string> =>
		(await client.open('readRunFile', { params: { run: runId, '*': path } })).text();
	tell(`${seconds} s of ${MB_PER_SECOND} MB/s`);
	const startedMs = performance.now();
	const runId = await lab.submit(definition);
	const keptRates: number[] = [];
	const memoryMiB = { server: 0, agent: 0 };
	let keptBefore = 0;
	let lookedMs = startedMs;
	const agents = descendantsOf(lab.server.pid).filter((pid) => cpuMsOf(pid) > 0);
	for (let isSealed = false; !isSealed; ) {
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		const log = (await filesOf(client, runId)).find(({ path }) => path === DRIVER_LOG);
		const nowMs = performance.now();
		if (nowMs - startedMs > ENDS_WITHIN_MS) throw new Error(`The log of run ${runId} is not whole yet: ${JSON.stringify(log)}`);
		const kept = log?.sizeBytes ?? 0;
		if (kept > keptBefore && keptBefore > 0) keptRates.push((kept - keptBefore) / MB / ((nowMs - lookedMs) / 1_000));
		keptBefore = kept;
		lookedMs = nowMs;
		isSealed = log?.sealed ?? false;
		memoryMiB.server = Math.max(memoryMiB.server, memoryOf(lab.server.pid).residentMiB);
		for (const pid of agents) memoryMiB.agent = Math.max(memoryMiB.agent, memoryOf(pid).residentMiB);
	}
	const wholeSeconds = (performance.now() - startedMs) / 1_000;
	await lab.ended(runId);
	const hash = createHash('sha256');
	const reply = await client.open('readRunFile', { params: { run: runId, '*': DRIVER_LOG } });
	for await (const part of reply.body as ReadableStream<Uint8Array>) hash.update(part);
	const printed = await textOf(runId, 'outputs/sha256.txt');
	if (hash.digest('hex') !== printed) throw new Error(`The log of run ${runId} is not what was printed.`);
	const printedSeconds = Number(await textOf(runId, 'outputs/seconds.txt'));
	const megabytes = MB_PER_SECOND * seconds;
	return [
		{ name: 'printed, hash equal', unit: 'MB/s', samples: [megabytes / printedSeconds], target: { atLeast: 0.95 * MB_PER_SECOND } },
		{ name: 'kept by the server meanwhile, each 100 ms', unit: 'MB/s', samples: keptRates },
		{ name: 'from submission to the whole log, over all', unit: 'MB/s', samples: [megabytes / wholeSeconds] },
		{ name: 'most memory of the server', unit: 'MiB', samples: [memoryMiB.server] },
		{ name: 'most memory of the agent', unit: 'MiB', samples: [memoryMiB.agent] },
	];
}

export const measurement: Measurement = { title: 'a job that prints 100 MB/s, and its whole log', run };
