/** Under which name of a metric a tag of an event file is kept. */

/** Folders that tell parts of one training apart: their name belongs to the metric, even that of the first one. */
const PARTS = new Set(['train', 'training', 'validation', 'valid', 'val', 'eval', 'evaluation', 'test']);

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The folder that names begin at, by the first event file of a run. */
export function rootOf(path: string): string {
	const folder = folderOf(path);
	return PARTS.has(folder.slice(folder.lastIndexOf('/') + 1)) ? folderOf(folder) : folder;
}

/**
 * What comes before the tags of a file, '' or `validation/`: its folder as seen from the root, so that the first one has the names
 * that its script gave, and others do not fall together with them.
 */
export function prefixOf(root: string, path: string): string {
	const own = folderOf(path).split('/').filter(Boolean);
	const shared = root.split('/').filter(Boolean);
	let same = 0;
	while (same < own.length && same < shared.length && own[same] === shared[same]) same += 1;
	return own
		.slice(same)
		.map((part) => `${part}/`)
		.join('');
}
