/** The small event hub of the server's tests as a program: prints its connection string, and ends with its standard input. */
import { createRequire } from 'node:module';
import { startEventHub } from '../../../packages/server/src/testing/event-hub.ts';

// Microsoft's client for Python reads fields by their number, and fails where absent ones at the end were left out.
const FIELDS = { open: 10, begin: 8, attach: 14, flow: 11, transfer: 11, disposition: 6, detach: 3 };
const frames = createRequire(import.meta.url)('rhea/lib/frames.js');
for (const [name, count] of Object.entries(FIELDS)) {
	const create = frames[name];
	frames[name] = (/** @type {object} */ fields) => {
		const performative = create(fields);
		for (let index = performative.value.length; index < count; index++) performative.value[index] = null;
		if (name === 'begin') performative.handle_max ??= 255;
		if (name === 'attach') performative.max_message_size ??= 1024 * 1024;
		return performative;
	};
}

const hub = await startEventHub();
process.stdout.write(`${hub.connectionString}\n`);
for await (const _ of process.stdin);
await hub.stop();
process.exit();
