/** Whether an element is on screen, or nearly: what is not need not be read or drawn. */
import { type RefCallback, useCallback, useState } from 'react';

/** Begins this far outside the window, so that what is scrolled to is there already. */
const AHEAD = '200px';

export function useOnScreen(): [RefCallback<Element>, boolean] {
	const [isOnScreen, setIsOnScreen] = useState(false);
	const ref: RefCallback<Element> = useCallback((element) => {
		if (element === null) return;
		const observer = new IntersectionObserver(([entry]) => setIsOnScreen(entry?.isIntersecting ?? false), { rootMargin: AHEAD });
		observer.observe(element);
		return () => observer.disconnect();
	}, []);
	return [ref, isOnScreen];
}
