/** Whether the page is as narrow as a phone, where the menu would take a seventh of it. */
import { useSyncExternalStore } from 'react';

const phone = matchMedia('(max-width: 640px)');

function subscribe(listener: () => void): () => void {
	phone.addEventListener('change', listener);
	return () => phone.removeEventListener('change', listener);
}

export function useIsPhone(): boolean {
	return useSyncExternalStore(subscribe, () => phone.matches);
}
