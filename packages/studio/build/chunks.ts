/** Finds the chunks of a build, and what they import. */

export interface Chunk {
	readonly fileName: string;
	/** Of the module that is asked for by it, where there is one. */
	readonly facadeModuleId: string | null;
	readonly moduleIds: readonly string[];
	readonly imports: readonly string[];
	readonly code: string;
}

/** The chunk that holds a module. */
export function chunkOf<One extends Chunk>(chunks: readonly One[], module: string): One {
	const chunk = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(module)));
	if (chunk === undefined) throw new Error(`No chunk holds ${module}: it was renamed where the build names it, or is not there.`);
	return chunk;
}

/** What a page asks for to have a module: the chunk that holds it, and the one before it where others use that chunk too. */
export function entriesOf<One extends Chunk>(chunks: readonly One[], module: string): One[] {
	return [...new Set([chunkOf(chunks, module), ...chunks.filter(({ facadeModuleId }) => facadeModuleId?.endsWith(module))])];
}

/** Those chunks with all that they import at once. */
export function reachedFrom<One extends Chunk>(chunks: readonly One[], from: readonly One[]): Set<One> {
	const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
	const reached = new Set<One>();
	const reach = (chunk: One | undefined) => {
		if (chunk === undefined || reached.has(chunk)) return;
		reached.add(chunk);
		for (const name of chunk.imports) reach(byName.get(name));
	};
	for (const chunk of from) reach(chunk);
	return reached;
}
