/** The versions of models that a run made, each leading to its model. */
import { makeStyles, Tag, tokens } from '@fluentui/react-components';
import type { ModelVersion } from '@runstead/contract';
import { ModelLink } from './model-link.tsx';

const useStyles = makeStyles({
	list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, margin: 0, padding: 0, listStyleType: 'none' },
	item: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

export function RunModels({ workspace, versions }: { readonly workspace: string; readonly versions: readonly ModelVersion[] }) {
	const styles = useStyles();
	return (
		<ul className={styles.list}>
			{versions.map(({ id, name, version, aliases, stage }) => (
				<li key={id} className={styles.item}>
					<ModelLink workspace={workspace} model={name} text={`${name}, version ${version}`} />
					{[...aliases, ...(stage === 'None' ? [] : [stage])].map((text) => (
						<Tag key={text} size="extra-small">
							{text}
						</Tag>
					))}
				</li>
			))}
		</ul>
	);
}
