/**
 * Draws a profile that `node --cpu-prof` has written as a flame graph: `node bench/flame-graph.ts server.cpuprofile graph.svg 5`
 * leaves out the first five seconds, in which a server starts.
 *
 * The width of a frame is the time during which it was on the stack; what waits for the network is left out. Work behind an `await` stands
 * at the bottom by itself, since the engine knows no longer who began it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Profile {
	readonly nodes: readonly {
		readonly id: number;
		readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
		readonly children?: readonly number[];
	}[];
	readonly samples: readonly number[];
	/** In microseconds, before each sample. */
	readonly timeDeltas: readonly number[];
}

/** Frames of one function on one stack, put together. */
interface Frame {
	readonly name: string;
	readonly place: string;
	timeMicros: number;
	readonly children: Map<string, Frame>;
}

const WIDTH = 1_200;
const ROW_HEIGHT = 16;
const CHARACTER_WIDTH = 6.2;
/** Narrower frames are left out. */
const WIDTH_MIN = 1.5;
const DEPTH_MAX = 24;
const IDLE = '(idle)';

const COLOURS: readonly [pattern: RegExp, colour: string][] = [
	[/garbage collector/, '#b0b0b0'],
	[/storage\/sqlite|storage\/postgres|\/pg\//, '#f2a65a'],
	[/doors\//, '#8ecae6'],
	[/capabilities\//, '#95d5b2'],
	[/storage\//, '#f6d186'],
	[/node_modules/, '#e0bbe4'],
];
const OTHER_COLOUR = '#dddddd';

/** The path in the repository, without what lies before it. */
function placeOf(url: string, line: number): string {
	const path = url.replace(/^file:\/\//, '').replace(/^.*?\/(?=node_modules\/|packages\/)/, '');
	return path === '' ? '' : `${path}:${line + 1}`;
}

function framesOf({ nodes, samples, timeDeltas }: Profile, skippedSeconds: number): Frame {
	const own = new Map<number, number>();
	let elapsedMicros = 0;
	for (const [index, id] of samples.entries()) {
		const delta = timeDeltas[index] as number;
		elapsedMicros += delta;
		if (elapsedMicros >= skippedSeconds * 1_000_000) own.set(id, (own.get(id) ?? 0) + delta);
	}
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const root: Frame = { name: 'all', place: '', timeMicros: 0, children: new Map() };
	const add = (id: number, parent: Frame): number => {
		const { callFrame, children = [] } = byId.get(id) as Profile['nodes'][number];
		const place = placeOf(callFrame.url, callFrame.lineNumber);
		// Functions without a name are called by where they are.
		const name = callFrame.functionName || place.replace(/^.*\//, '') || '(anonymous)';
		if (name === IDLE) return 0;
		const frame = parent.children.getOrInsertComputed(`${name} ${place}`, () => ({ name, place, timeMicros: 0, children: new Map() }));
		const time = (own.get(id) ?? 0) + children.reduce((sum, child) => sum + add(child, frame), 0);
		frame.timeMicros += time;
		return time;
	};
	for (const child of nodes[0]?.children ?? []) root.timeMicros += add(child, root);
	return root;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function draw(root: Frame): string {
	const boxes: string[] = [];
	let depthMax = 0;
	const place = (frame: Frame, x: number, depth: number): void => {
		const width = (frame.timeMicros / root.timeMicros) * WIDTH;
		if (width < WIDTH_MIN || depth > DEPTH_MAX) return;
		depthMax = Math.max(depthMax, depth);
		const colour = COLOURS.find(([pattern]) => pattern.test(`${frame.name} ${frame.place}`))?.[1] ?? OTHER_COLOUR;
		const percent = ((frame.timeMicros / root.timeMicros) * 100).toFixed(1);
		const letters = Math.floor((width - 4) / CHARACTER_WIDTH);
		const label = letters < 3 ? '' : escaped(frame.name.slice(0, letters));
		const y = depth * ROW_HEIGHT;
		boxes.push(
			`<g><title>${escaped(`${frame.name} ${frame.place}`.trim())}: ${percent} %</title><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW_HEIGHT - 1}" fill="${colour}"/><text x="${(x + 2).toFixed(1)}" y="${y + 11}">${label}</text></g>`,
		);
		let at = x;
		for (const child of [...frame.children.values()].toSorted((one, other) => other.timeMicros - one.timeMicros)) {
			place(child, at, depth + 1);
			at += (child.timeMicros / root.timeMicros) * WIDTH;
		}
	};
	place(root, 0, 0);
	const height = (depthMax + 1) * ROW_HEIGHT;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10">\n<title>Flame graph</title>\n<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>\n${boxes.join('\n')}\n</svg>\n`;
}

const [profile, target, skippedSeconds = '0'] = process.argv.slice(2);
if (!profile || !target) {
	console.error('node bench/flame-graph.ts <profile of node --cpu-prof> <svg> [seconds to leave out]');
	process.exit(2);
}
writeFileSync(target, draw(framesOf(JSON.parse(readFileSync(profile, 'utf8')) as Profile, Number(skippedSeconds))));
