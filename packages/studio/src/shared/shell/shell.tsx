/** The frame around every page: top bar, left rail, and the page itself. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Fragment, type ReactNode, useRef, useState, useSyncExternalStore } from 'react';
import { useTimeZone } from '../format/time-zone.ts';
import { useShellKeys } from '../keyboard/use-shell-keys.ts';
import { stored } from '../stored.ts';
import { Toasts } from '../toasts.tsx';
import { LeftRail } from './left-rail.tsx';
import { TrailSlot } from './page-trail.tsx';
import type { Preference } from './preferences-menu.tsx';
import { TopBar } from './top-bar.tsx';
import { useIsPhone } from './use-is-phone.ts';

const folded = stored('runstead.rail-folded', false, (value) => (typeof value === 'boolean' ? value : null));

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', height: '100%' },
	body: { display: 'flex', flexGrow: 1, minHeight: 0 },
	main: {
		display: 'flex',
		flexDirection: 'column',
		flexGrow: 1,
		minWidth: 0,
		backgroundColor: tokens.colorNeutralBackground1,
		borderTopLeftRadius: tokens.borderRadiusXLarge,
		'@media (max-width: 640px)': { borderTopLeftRadius: 0 },
		boxShadow: tokens.shadow2,
		overflowX: 'hidden',
		overflowY: 'auto',
		outlineStyle: 'none',
	},
	skip: {
		position: 'absolute',
		left: tokens.spacingHorizontalM,
		top: '-100px',
		zIndex: 10,
		padding: tokens.spacingHorizontalS,
		backgroundColor: tokens.colorBrandBackground,
		color: tokens.colorNeutralForegroundOnBrand,
		borderRadius: tokens.borderRadiusMedium,
		border: 'none',
		':focus': { top: tokens.spacingVerticalS },
	},
});

interface ShellProps {
	readonly workspace: string;
	readonly path: string;
	readonly workspacePicker: ReactNode;
	readonly preferences: readonly Preference[];
	readonly children: ReactNode;
}

export function Shell({ workspace, path, workspacePicker, preferences, children }: ShellProps) {
	const styles = useStyles();
	const main = useRef<HTMLElement>(null);
	const [slot, setSlot] = useState<HTMLElement | null>(null);
	const isFolded = useSyncExternalStore(folded.subscribe, folded.get);
	const isPhone = useIsPhone();
	const [isMenuOpen, setIsMenuOpen] = useState(false);
	const zone = useTimeZone();
	useShellKeys();
	return (
		<TrailSlot value={slot}>
			<div className={styles.root}>
				<button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
					Skip to the page
				</button>
				<TopBar
					workspacePicker={workspacePicker}
					preferences={preferences}
					isFolded={isPhone ? !isMenuOpen : isFolded}
					onFold={() => (isPhone ? setIsMenuOpen(!isMenuOpen) : folded.set(!isFolded))}
					onTrailSlot={setSlot}
				/>
				<div className={styles.body}>
					{isPhone ? (
						isMenuOpen && <LeftRail workspace={workspace} path={path} isFolded={false} onClose={() => setIsMenuOpen(false)} />
					) : (
						<LeftRail workspace={workspace} path={path} isFolded={isFolded} onClose={null} />
					)}
					<main ref={main} tabIndex={-1} className={styles.main}>
						{/* Moments are written all over the page: in another zone it is drawn anew. */}
						<Fragment key={zone}>{children}</Fragment>
					</main>
				</div>
				<Toasts />
			</div>
		</TrailSlot>
	);
}
