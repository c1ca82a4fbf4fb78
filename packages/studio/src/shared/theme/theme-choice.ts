/** Which theme the reader chose, kept in this browser, and what it comes to with what the system says. */
import { useSyncExternalStore } from 'react';
import { stored } from '../stored.ts';

export const THEME_CHOICES = ['system', 'light', 'dark', 'contrast'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const choice = stored<ThemeChoice>('runstead.theme', 'system', (value) => THEME_CHOICES.find((one) => one === value) ?? null);
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
/** The system draws with few colours of its own choosing. */
const systemIsForced = matchMedia('(forced-colors: active)');

/** What is drawn: the choice, with what the system says where it is left to it. */
export type Look = Exclude<ThemeChoice, 'system'>;

function subscribeSystem(listener: () => void): () => void {
	systemIsDark.addEventListener('change', listener);
	systemIsForced.addEventListener('change', listener);
	return () => {
		systemIsDark.removeEventListener('change', listener);
		systemIsForced.removeEventListener('change', listener);
	};
}

function systemLook(): Look {
	if (systemIsForced.matches) return 'contrast';
	return systemIsDark.matches ? 'dark' : 'light';
}

export const chooseTheme = choice.set;

export function useThemeChoice(): ThemeChoice {
	return useSyncExternalStore(choice.subscribe, choice.get);
}

export function useLook(): Look {
	const chosen = useThemeChoice();
	const ofSystem = useSyncExternalStore(subscribeSystem, systemLook);
	return chosen === 'system' ? ofSystem : chosen;
}
