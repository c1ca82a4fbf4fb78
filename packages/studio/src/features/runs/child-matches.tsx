/** Child runs that the filter finds while the list shows those without a parent: how many, and the way to see them. */
import { Link, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format/numbers.ts';
import { childMatchesQuery, type RunSearch } from './api.ts';

const useStyles = makeStyles({ root: { display: 'inline-flex', gap: tokens.spacingHorizontalM, alignItems: 'baseline' } });

interface ChildMatchesProps {
	readonly search: RunSearch;
	/** Whether runs without a parent match as well. */
	readonly isMore: boolean;
	readonly onShow: () => void;
}

export function ChildMatches({ search, isMore, onShow }: ChildMatchesProps) {
	const styles = useStyles();
	const isWanted = search.rootsOnly && search.filter.trim() !== '';
	const { data: count = 0 } = useQuery({ ...childMatchesQuery(search), enabled: isWanted });
	if (!isWanted || count === 0) return null;
	return (
		<span className={styles.root} role="status">
			{formatCount(count)} child {count === 1 ? 'run matches' : 'runs match'}
			{isMore ? ' too' : ''}
			<Link as="button" onClick={onShow}>
				Show {count === 1 ? 'it' : 'them'}
			</Link>
		</span>
	);
}
