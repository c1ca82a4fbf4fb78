/** An address that leads nowhere. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Link, useParams } from '@tanstack/react-router';
import { PageTrail } from '../shell/page-trail.tsx';
import { EmptyState } from './empty-state.tsx';

const useStyles = makeStyles({ link: { color: tokens.colorBrandForegroundLink } });

export function NotFound() {
	const styles = useStyles();
	const { workspace } = useParams({ strict: false });
	return (
		<>
			<PageTrail items={[{ label: 'Not found' }]} />
			<EmptyState title="There is no such page">
				The address may be mistyped, or the page may have moved.{' '}
				{workspace === undefined ? (
					<Link to="/" className={styles.link}>
						Go to the first workspace
					</Link>
				) : (
					<Link to="/w/$workspace/experiments" params={{ workspace }} className={styles.link}>
						See the runs of {workspace}
					</Link>
				)}
			</EmptyState>
		</>
	);
}
