/** The name of an experiment, leading to its page. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import { pageAddress } from '../../shared/api/page-address.ts';

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
	const navigate = useNavigate();
	const go = (event: MouseEvent) => {
		if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		void navigate({ to: '/w/$workspace/experiments/$experimentId', params: { workspace, experimentId: id } });
	};
	return (
		<a
			href={pageAddress('w', workspace, 'experiments', id)}
			onClick={go}
			className={mergeClasses(styles.link, isMain && styles.strong)}
			title={name}
		>
			{name}
		</a>
	);
}
