/** What a run read: datasets with what they were read for, where they came from, their columns and counts. */
import { makeStyles, Tag, Text, tokens } from '@fluentui/react-components';
import type { DatasetInput } from '@runstead/contract';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { webAddressOrNull } from '../../shared/web-address.ts';
import { TagList } from '../runs/tag-list.tsx';
import { TextTable } from '../runs/text-table.tsx';
import { columnsOf, profileEntries, sourceText } from './dataset-facts.ts';

const CONTEXT_TAG = 'mlflow.data.context';
/** Of a schema or a profile that is shown as it was written. */
const SHOWN_LINES = { linesMax: 20, kept: 'start' } as const;

const useStyles = makeStyles({
	list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, margin: 0, padding: 0, listStyleType: 'none' },
	head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
	quiet: { color: tokens.colorNeutralForeground3 },
	source: { display: 'block', overflowWrap: 'anywhere', '& a': { color: tokens.colorBrandForegroundLink } },
	summary: {
		cursor: 'pointer',
		color: tokens.colorNeutralForeground2,
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
	},
});

export function RunDatasets({ inputs }: { readonly inputs: readonly DatasetInput[] }) {
	const styles = useStyles();
	return (
		<ul className={styles.list}>
			{inputs.map((input) => (
				<li key={input.dataset.id}>
					<RunDataset input={input} />
				</li>
			))}
		</ul>
	);
}

function RunDataset({ input: { dataset, tags } }: { readonly input: DatasetInput }) {
	const styles = useStyles();
	const { [CONTEXT_TAG]: context, ...others } = tags;
	const source = sourceText(dataset);
	const address = webAddressOrNull(source);
	return (
		<>
			<div className={styles.head}>
				<Text weight="semibold">{dataset.name}</Text>
				{context !== undefined && <Tag size="extra-small">{context}</Tag>}
				<span className={styles.quiet} title="Digest of its content">
					{dataset.digest}
				</span>
				{Object.keys(others).length > 0 && <TagList tags={others} />}
			</div>
			<span className={styles.source} title={dataset.source}>
				<span className={styles.quiet}>{dataset.sourceType}: </span>
				{address === null ? (
					source
				) : (
					<a href={address} rel="noreferrer">
						{source}
					</a>
				)}
			</span>
			<Facts dataset={dataset} />
		</>
	);
}

function Facts({ dataset: { schema, profile } }: { readonly dataset: DatasetInput['dataset'] }) {
	const styles = useStyles();
	const columns = columnsOf(schema);
	const counts = profileEntries(profile);
	return (
		<>
			{counts !== null && <TextTable entries={counts} empty="" />}
			{counts === null && profile !== null && profile !== '' && <CopyableCode code={profile} collapsed={SHOWN_LINES} />}
			{schema !== null && schema !== '' && (
				<details>
					<summary className={styles.summary}>
						{columns === null ? 'Schema' : `Schema: ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`}
					</summary>
					{columns === null ? (
						<CopyableCode code={schema} collapsed={SHOWN_LINES} />
					) : (
						<TextTable entries={columns.map(({ name, type }) => [name, type] as const)} empty="" />
					)}
				</details>
			)}
		</>
	);
}
