/** Which theme the reader chose, kept in this browser, and what it comes to with what the system says. */
import { useSyncExternalStore } from 'react';
import { stored } from '../stored.ts';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const choice = stored<ThemeChoice>('runstead.theme', 'system', (value) => THEME_CHOICES.find((one) => one === value) ?? null);
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function subscribeSystem(listener: () => void): () => void {
	systemIsDark.addEventListener('change', listener);
	return () => systemIsDark.removeEventListener('change', listener);
}

export function useThemeChoice(): [ThemeChoice, (next: ThemeChoice) => void] {
	return [useSyncExternalStore(choice.subscribe, choice.get), choice.set];
}

export function useIsDark(): boolean {
	const [chosen] = useThemeChoice();
	const dark = useSyncExternalStore(subscribeSystem, () => systemIsDark.matches);
	return chosen === 'system' ? dark : chosen === 'dark';
}
