/** What went wrong, what to do about it, and a button to try again. */
import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, makeStyles, tokens } from '@fluentui/react-components';
import { Link, useParams } from '@tanstack/react-router';
import { describeError, isNotFound } from '../api/describe-error.ts';
import { ArrowClockwiseRegular } from '../icons.ts';

const useStyles = makeStyles({
	root: { margin: tokens.spacingVerticalM, maxWidth: '720px' },
	hint: { display: 'block', color: tokens.colorNeutralForeground2 },
	link: { color: tokens.colorBrandForegroundLink },
});

export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
	const styles = useStyles();
	const { message, hint } = describeError(error);
	const { workspace } = useParams({ strict: false });
	return (
		<MessageBar intent="error" layout="multiline" className={styles.root}>
			<MessageBarBody>
				<MessageBarTitle>{message}</MessageBarTitle>
				<span className={styles.hint}>
					{hint}{' '}
					{isNotFound(error) && workspace !== undefined && (
						<Link to="/w/$workspace/experiments" params={{ workspace }} className={styles.link}>
							See the runs of {workspace}
						</Link>
					)}
				</span>
			</MessageBarBody>
			{onRetry && (
				<MessageBarActions>
					<Button icon={<ArrowClockwiseRegular />} onClick={onRetry}>
						Try again
					</Button>
				</MessageBarActions>
			)}
		</MessageBar>
	);
}
