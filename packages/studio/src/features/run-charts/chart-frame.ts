/** What every kind of chart over runs is given, and what it gives to the card around it. */
import type { Run } from '@runstead/contract';
import type { ReactNode } from 'react';

/** The runs that are drawn, in the order of the list, with how each looks in every chart. */
export interface DrawnRuns {
	readonly workspace: string;
	readonly runs: readonly Run[];
	readonly labelOf: (run: string) => string;
	readonly colourOf: (run: string) => number;
}

export interface ChartParts {
	readonly readout?: ReactNode;
	readonly actions?: ReactNode;
	readonly note?: string | undefined;
	readonly content: ReactNode;
	readonly legend: readonly { readonly label: string; readonly colour: number }[];
}

export type ChartFrame = (parts: ChartParts) => ReactNode;
