/** The name of a model, leading to its page. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';

const useStyles = makeStyles({
	link: {
		color: tokens.colorBrandForegroundLink,
		textDecorationLine: 'none',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		':hover': { textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
});

export function ModelLink({ workspace, model, text }: { readonly workspace: string; readonly model: string; readonly text?: string }) {
	const styles = useStyles();
	return (
		<Link to="/w/$workspace/models/$model" params={{ workspace, model }} className={styles.link} title={model}>
			{text ?? model}
		</Link>
	);
}
