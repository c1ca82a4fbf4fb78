/** The name of a model and of its versions, leading to their pages. */
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

/** A version, leading to its page. */
export function ModelVersionLink({
	workspace,
	model,
	version,
	text,
}: {
	readonly workspace: string;
	readonly model: string;
	readonly version: number;
	readonly text: string;
}) {
	const styles = useStyles();
	return (
		<Link
			to="/w/$workspace/models/$model/versions/$version"
			params={{ workspace, model, version: String(version) }}
			className={styles.link}
			title={`${model}, version ${version}`}
			preload={false}
		>
			{text}
		</Link>
	);
}

export function ModelLink({ workspace, model, text }: { readonly workspace: string; readonly model: string; readonly text?: string }) {
	const styles = useStyles();
	return (
		<Link to="/w/$workspace/models/$model" params={{ workspace, model }} className={styles.link} title={model}>
			{text ?? model}
		</Link>
	);
}
