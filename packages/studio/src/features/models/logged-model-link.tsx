/** A logged model by its name as soon as that is known, leading to its page. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isNotFound } from '../../shared/api/describe-error.ts';
import { loggedModelQuery } from './api.ts';

const useStyles = makeStyles({
	link: {
		color: tokens.colorBrandForegroundLink,
		textDecorationLine: 'none',
		':hover': { textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
});

/** One that is not here is named by its id, and leads nowhere. */
export function LoggedModelLink({ workspace, id }: { readonly workspace: string; readonly id: string }) {
	const styles = useStyles();
	const query = useQuery(loggedModelQuery(workspace, id));
	if (isNotFound(query.error)) return <span title="This logged model is not here.">{id}</span>;
	return (
		<Link
			to="/w/$workspace/logged-models/$loggedModel"
			params={{ workspace, loggedModel: id }}
			className={styles.link}
			title={id}
			preload={false}
		>
			{query.data?.name || id}
		</Link>
	);
}
