/** Where columns stand and how wide they are, as the reader arranges them: a width moves with the pointer, and is kept when it rests. */
import { useEffect, useMemo, useRef, useState } from 'react';

type Widths = Readonly<Record<string, number>>;

/** A width that rests for so long is kept. */
const REST_MS = 300;
const NONE: Widths = {};

export function useColumnWidths(kept: Widths | undefined, onKeep: (widths: Widths) => void) {
	const [moving, setMoving] = useState<Widths>(NONE);
	const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
	const widths = useMemo(() => ({ ...kept, ...moving }), [kept, moving]);
	useEffect(() => () => void (timer.current !== null && clearTimeout(timer.current)), []);
	const resize = (id: string, widthPx: number) => {
		const next = { ...widths, [id]: widthPx };
		setMoving(next);
		if (timer.current !== null) clearTimeout(timer.current);
		timer.current = setTimeout(() => {
			setMoving(NONE);
			onKeep(next);
		}, REST_MS);
	};
	return { widths, resize };
}

/** The ids with one of them before another; at the end for null. */
export function movedBefore(ids: readonly string[], moved: string, beforeId: string | null): string[] {
	const rest = ids.filter((id) => id !== moved);
	const place = beforeId === null ? rest.length : rest.indexOf(beforeId);
	return place < 0 ? [...ids] : rest.toSpliced(place, 0, moved);
}
