/** Where the reader is: the page says it, the top bar shows it, and the tab is named by it. */
import { Breadcrumb, BreadcrumbDivider, BreadcrumbItem, makeStyles, tokens } from '@fluentui/react-components';
import { createContext, Fragment, type ReactNode, useContext, useEffect } from 'react';
import { createPortal } from 'react-dom';

/** The place in the top bar; null until it is on screen. */
export const TrailSlot = createContext<HTMLElement | null>(null);

export interface TrailItem {
	readonly label: string;
	/** A link, but for the last item. */
	readonly link?: ReactNode;
}

const useStyles = makeStyles({
	trail: {
		minWidth: 0,
		overflow: 'hidden',
		whiteSpace: 'nowrap',
		'& a': { color: tokens.colorNeutralForeground2, textDecorationLine: 'none', ':hover': { textDecorationLine: 'underline' } },
	},
	item: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' },
	here: { overflow: 'hidden', textOverflow: 'ellipsis', fontWeight: tokens.fontWeightSemibold },
});

export function PageTrail({ items }: { readonly items: readonly TrailItem[] }) {
	const styles = useStyles();
	const slot = useContext(TrailSlot);
	const title = [...items]
		.reverse()
		.map((item) => item.label)
		.join(' · ');
	useEffect(() => {
		document.title = `${title} · Runstead`;
	}, [title]);
	if (slot === null) return null;
	return createPortal(
		<Breadcrumb aria-label="You are here" className={styles.trail}>
			{items.map((item, index) => (
				<Fragment key={item.label}>
					{index > 0 && <BreadcrumbDivider />}
					<BreadcrumbItem className={styles.item}>
						{item.link ?? (
							<span className={styles.here} aria-current="page">
								{item.label}
							</span>
						)}
					</BreadcrumbItem>
				</Fragment>
			))}
		</Breadcrumb>,
		slot,
	);
}
