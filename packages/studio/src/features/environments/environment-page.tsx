/** The page of an environment: its versions, and what the chosen one is made of. */
import { Dropdown, makeStyles, Option, Subtitle2, Tag, tokens } from '@fluentui/react-components';
import type { Environment } from '@runstead/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { environmentVersionsQuery } from './api.ts';
import type { EnvironmentSearch } from './environment-search.ts';

const route = getRouteApi('/w/$workspace/environments/$environment');

const useStyles = makeStyles({
	body: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalL,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXXL}`,
		overflowY: 'auto',
	},
	facts: { display: 'flex', flexWrap: 'wrap', gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`, margin: 0 },
	term: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	value: { margin: 0 },
	title: { marginBottom: tokens.spacingVerticalXS },
	version: { minWidth: '128px' },
});

export function EnvironmentPage() {
	const styles = useStyles();
	const { workspace, environment: name } = route.useParams();
	const { version: wanted }: EnvironmentSearch = route.useSearch();
	const navigate = route.useNavigate();
	const list = useInfiniteQuery(environmentVersionsQuery(workspace, name));
	const versions = list.data?.pages.flatMap((page) => page.environments) ?? [];
	const newest = versions[0];
	const shown = wanted === undefined ? newest : versions.find(({ version }) => version === wanted);
	const all = (
		<Link to="/w/$workspace/environments" params={{ workspace }}>
			Environments
		</Link>
	);
	return (
		<>
			<PageTrail items={[{ label: 'Environments', link: all }, { label: name }]} />
			<PageTitle
				title={name}
				beside={newest?.curated ? <Tag size="small">curated: it comes with Runstead</Tag> : undefined}
				actions={
					versions.length > 1 && (
						<Dropdown
							className={styles.version}
							aria-label="Version"
							value={shown === undefined ? '' : `Version ${shown.version}`}
							selectedOptions={shown === undefined ? [] : [String(shown.version)]}
							onOptionSelect={(_, { optionValue }) => {
								if (optionValue === 'more') void list.fetchNextPage();
								else void navigate({ search: { version: Number(optionValue) }, replace: true });
							}}
						>
							{versions.map(({ version }) => (
								<Option key={version} value={String(version)}>
									{`Version ${version}`}
								</Option>
							))}
							{list.hasNextPage && <Option value="more">Earlier versions…</Option>}
						</Dropdown>
					)
				}
			/>
			{list.isError && list.data === undefined && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
			{list.isPending && <LoadingRows rows={6} label="Loading the environment" />}
			{newest !== undefined && shown === undefined && (
				<EmptyState title={`There is no version ${wanted} of ${name} here`}>The newest is {newest.version}.</EmptyState>
			)}
			{shown !== undefined && <Specification environment={shown} />}
		</>
	);
}

function Specification({ environment }: { readonly environment: Environment }) {
	const styles = useStyles();
	const { specification } = environment;
	const variables = Object.entries(specification.environmentVariables ?? {}).map(([key, value]) => `${key}=${value}`);
	return (
		<div className={styles.body} {...scrollable}>
			{environment.description !== '' && <span>{environment.description}</span>}
			<dl className={styles.facts}>
				<Fact term="Version">{environment.version}</Fact>
				<Fact term="Python">
					{specification.userManaged ? (specification.interpreterPath ?? "the node's") : (specification.pythonVersion ?? "the node's")}
				</Fact>
				<Fact term="Registered">
					<Moment time={environment.createdTime} isWhole />
				</Fact>
				<Fact term="By">{environment.createdBy}</Fact>
				{environment.archived && <Fact term="State">archived: left out of lists</Fact>}
			</dl>
			<Lines title="pip requirements" lines={specification.pipRequirements} />
			<Lines title="conda packages" lines={specification.condaPackages} />
			<Lines title="conda channels" lines={specification.condaChannels} />
			<Lines title="Environment variables" lines={variables} />
			<Lines title="Tags" lines={Object.entries(environment.tags).map(([key, value]) => `${key}: ${value}`)} />
		</div>
	);
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<div>
			<dt className={styles.term}>{term}</dt>
			<dd className={styles.value}>{children}</dd>
		</div>
	);
}

function Lines({ title, lines = [] }: { readonly title: string; readonly lines?: readonly string[] | undefined }) {
	const styles = useStyles();
	if (lines.length === 0) return null;
	return (
		<section aria-label={title}>
			<Subtitle2 as="h2" block className={styles.title}>
				{title}
			</Subtitle2>
			<CopyableCode code={lines.join('\n')} />
		</section>
	);
}
