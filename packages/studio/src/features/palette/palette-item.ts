/** One answer of the palette, and which answers fit what was typed. */

export interface PaletteItem {
	readonly id: string;
	readonly group: string;
	readonly label: string;
	/** What else tells it apart: status and number of a run, say. */
	readonly detail?: string;
	readonly act: () => void;
}

/** Of one group, so that the next one is seen. */
const GROUP_MAX = 12;

/** Every word that was typed stands in the label or the detail; those whose label begins with it come first. */
export function fittingItems(items: readonly PaletteItem[], typed: string): readonly PaletteItem[] {
	const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
	const fitting = items.filter(({ label, detail = '' }) => {
		const text = `${label} ${detail}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
	const first = words[0] ?? '';
	const rank = (item: PaletteItem) => (item.label.toLowerCase().startsWith(first) ? 0 : 1);
	return fitting.toSorted((a, b) => rank(a) - rank(b));
}

/** Items of one group stand together, the groups in the order in which they first come. */
export function groupItems(items: readonly PaletteItem[]): readonly (readonly [string, readonly PaletteItem[]])[] {
	return [...Map.groupBy(items, (item) => item.group)].map(([group, members]) => [group, members.slice(0, GROUP_MAX)]);
}
