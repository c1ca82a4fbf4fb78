/** The name of an experiment, leading to its page. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';

const useStyles = makeStyles({
	link: {
		color: tokens.colorNeutralForeground2,
		textDecorationLine: 'none',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		':hover': { color: tokens.colorBrandForegroundLink, textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
	strong: { color: tokens.colorBrandForegroundLink },
});

interface ExperimentLinkProps {
	readonly workspace: string;
	readonly id: string;
	readonly name: string;
	readonly isMain?: boolean;
}

export function ExperimentLink({ workspace, id, name, isMain = false }: ExperimentLinkProps) {
	const styles = useStyles();
	return (
		<Link
			to="/w/$workspace/experiments/$experimentId"
			params={{ workspace, experimentId: id }}
			className={mergeClasses(styles.link, isMain && styles.strong)}
			title={name}
		>
			{name}
		</Link>
	);
}
