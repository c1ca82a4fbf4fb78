/** What names the runs in the legends of the charts, and how many of the list are drawn. */

import { Button, Menu, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, makeStyles } from '@fluentui/react-components';
import { ChevronDownRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import { columnTitle, DEFAULT_RUN_COUNT, RUN_COUNTS, type RunChartsState } from './chart-spec.ts';

const ColumnChoice = onDemand(async () => (await import('./column-choice.tsx')).ColumnChoice);

const useStyles = makeStyles({
	panel: { width: '260px' },
	count: { whiteSpace: 'nowrap' },
	name: { maxWidth: '160px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

interface LegendAndCountProps {
	readonly workspace: string;
	readonly state: RunChartsState;
	readonly onState: (state: RunChartsState) => void;
	/** The chosen runs are drawn, however many. */
	readonly hasSelection: boolean;
}

export function LegendAndCount({ workspace, state, onState, hasSelection }: LegendAndCountProps) {
	const styles = useStyles();
	const count = state.runs ?? DEFAULT_RUN_COUNT;
	const { label, ...unnamed } = state;
	const title = label === undefined ? 'name' : columnTitle(label);
	return (
		<>
			<PanelButton
				label="What names the runs"
				positioning="below-end"
				className={styles.panel}
				button={{
					size: 'small',
					appearance: 'subtle',
					icon: <ChevronDownRegular />,
					iconPosition: 'after',
					children: (
						<span className={styles.name} title={title}>
							Legend: {title}
						</span>
					),
				}}
			>
				{() => (
					<ColumnChoice
						workspace={workspace}
						label="Runs are named by"
						of="all"
						value={label}
						none="Name"
						onChoose={(chosen) => onState(chosen === undefined ? unnamed : { ...unnamed, label: chosen })}
					/>
				)}
			</PanelButton>
			{!hasSelection && (
				<Menu
					checkedValues={{ runs: [String(count)] }}
					onCheckedValueChange={(_, { checkedItems }) => onState({ ...state, runs: Number(checkedItems[0]) })}
				>
					<MenuTrigger disableButtonEnhancement>
						<Button
							className={styles.count}
							size="small"
							appearance="subtle"
							icon={<ChevronDownRegular />}
							iconPosition="after"
							title="Runs that are drawn"
						>
							First {count} runs
						</Button>
					</MenuTrigger>
					<MenuPopover>
						<MenuList>
							{RUN_COUNTS.map((one) => (
								<MenuItemRadio key={one} name="runs" value={String(one)}>
									{`First ${one} runs`}
								</MenuItemRadio>
							))}
						</MenuList>
					</MenuPopover>
				</Menu>
			)}
		</>
	);
}
