/** The versions of models that a run made, and its logged models, each leading to its page. */
import { makeStyles, Tag, tokens } from '@fluentui/react-components';
import type { ModelVersion } from '@runstead/contract';
import { LoggedModelLink } from './logged-model-link.tsx';
import { ModelVersionLink } from './model-link.tsx';

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
					<ModelVersionLink workspace={workspace} model={name} version={version} text={`${name}, version ${version}`} />
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

interface RunLoggedModelsProps {
	readonly workspace: string;
	readonly made: readonly { readonly modelId: string; readonly step: number }[];
	/** Ids. */
	readonly read: readonly string[];
}

export function RunLoggedModels({ workspace, made, read }: RunLoggedModelsProps) {
	const styles = useStyles();
	return (
		<ul className={styles.list}>
			{made.map(({ modelId, step }) => (
				<li key={`made ${modelId}`} className={styles.item}>
					<LoggedModelLink workspace={workspace} id={modelId} />
					{step > 0 && <span>at step {step}</span>}
				</li>
			))}
			{read.map((id) => (
				<li key={`read ${id}`} className={styles.item}>
					<LoggedModelLink workspace={workspace} id={id} />
					<Tag size="extra-small">read</Tag>
				</li>
			))}
		</ul>
	);
}
