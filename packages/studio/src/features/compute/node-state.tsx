/** A node's state: colour, icon and word together, so that none has to be told apart by colour alone. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { Node, NodeState } from '@runstead/contract';
import type { ReactNode } from 'react';
import {
	ArrowExitRegular,
	ErrorCircleRegular,
	FlashRegular,
	HourglassRegular,
	PauseCircleRegular,
	PlayCircleRegular,
	ServerRegular,
} from '../../shared/icons.ts';

export type ShownNodeState = NodeState | 'cordoned';

export const NODE_LOOKS: Readonly<Record<ShownNodeState, { readonly word: string; readonly icon: ReactNode }>> = {
	running: { word: 'Running', icon: <PlayCircleRegular /> },
	idle: { word: 'Idle', icon: <ServerRegular /> },
	preparing: { word: 'Preparing', icon: <HourglassRegular /> },
	leaving: { word: 'Leaving', icon: <ArrowExitRegular /> },
	cordoned: { word: 'Cordoned', icon: <PauseCircleRegular /> },
	preempted: { word: 'Preempted', icon: <FlashRegular /> },
	unusable: { word: 'Unusable', icon: <ErrorCircleRegular /> },
};

/** A node that takes nothing new is more worth knowing than that it idles. */
export function shownState(node: Pick<Node, 'state' | 'cordoned'>): ShownNodeState {
	return node.cordoned && node.state === 'idle' ? 'cordoned' : node.state;
}

export const useNodeColours = makeStyles({
	running: { color: tokens.colorBrandForeground1, backgroundColor: tokens.colorBrandBackground2 },
	idle: { color: tokens.colorPaletteGreenForeground1, backgroundColor: tokens.colorPaletteGreenBackground1 },
	preparing: { color: tokens.colorPaletteTealForeground2, backgroundColor: tokens.colorPaletteTealBackground2 },
	leaving: { color: tokens.colorNeutralForeground2, backgroundColor: tokens.colorNeutralBackground3 },
	cordoned: { color: tokens.colorPaletteMarigoldForeground2, backgroundColor: tokens.colorPaletteMarigoldBackground2 },
	preempted: { color: tokens.colorPalettePumpkinForeground2, backgroundColor: tokens.colorPalettePumpkinBackground2 },
	unusable: { color: tokens.colorPaletteRedForeground1, backgroundColor: tokens.colorPaletteRedBackground1 },
});

const useStyles = makeStyles({
	root: {
		display: 'inline-flex',
		alignItems: 'center',
		gap: '6px',
		padding: '2px 8px',
		borderRadius: tokens.borderRadiusMedium,
		whiteSpace: 'nowrap',
		fontSize: tokens.fontSizeBase200,
	},
	icon: { display: 'inline-flex', fontSize: '16px' },
});

export function NodeStateLabel({ state, count }: { readonly state: ShownNodeState; readonly count?: number }) {
	const styles = useStyles();
	const colours = useNodeColours();
	const { word, icon } = NODE_LOOKS[state];
	return (
		<span className={mergeClasses(styles.root, colours[state])} data-node-state={state}>
			<span className={styles.icon} aria-hidden="true">
				{icon}
			</span>
			{count !== undefined && <strong>{count}</strong>} {count === undefined ? word : word.toLowerCase()}
		</span>
	);
}
