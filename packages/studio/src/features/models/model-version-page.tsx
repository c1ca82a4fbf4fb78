/** The page of a version of a model: what is known of it, and its files. */
import { makeStyles, Tag, tokens } from '@fluentui/react-components';
import type { ModelVersion } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, Suspense } from 'react';
import { FactList } from '../../shared/fact-list.tsx';
import { formatBytes } from '../../shared/format/bytes.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { formatCount } from '../../shared/format/numbers.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { ownTags } from '../../shared/text/own-tags.ts';
import { webAddressOrNull } from '../../shared/web-address.ts';
import { NamedRunLink } from '../runs/named-run-link.tsx';
import { TagList } from '../runs/tag-list.tsx';
import { modelVersionQuery } from './api.ts';
import { LoggedModelLink } from './logged-model-link.tsx';
import { ModelLink } from './model-link.tsx';
import type { FileSearch } from './models-search.ts';
import { isPrompt, promptOrNull } from './prompt.ts';

const PromptText = onDemand(async () => (await import('./prompt-text.tsx')).PromptText);
const ModelFiles = onDemand(async () => (await import('./model-files.tsx')).ModelFiles);

const route = getRouteApi('/w/$workspace/models/$model/versions/$version');

const useStyles = makeStyles({ link: { color: tokens.colorBrandForegroundLink } });

export function ModelVersionPage() {
	const { workspace, model, version } = route.useParams();
	const { file }: FileSearch = route.useSearch();
	const navigate = route.useNavigate();
	const query = useQuery(modelVersionQuery(workspace, model, version));
	const all = (
		<Link to="/w/$workspace/models" params={{ workspace }}>
			Models
		</Link>
	);
	return (
		<>
			<PageTrail
				items={[
					{ label: 'Models', link: all },
					{ label: model, link: <ModelLink workspace={workspace} model={model} /> },
					{ label: `Version ${version}` },
				]}
			/>
			<QueryState query={query} label="the version">
				{(found) => (
					<>
						<PageTitle
							title={`${found.name}, version ${found.version}`}
							beside={[...found.aliases, ...(found.stage === 'None' ? [] : [found.stage])].map((text) => (
								<Tag key={text} size="small">
									{text}
								</Tag>
							))}
						/>
						<Facts workspace={workspace} version={found} />
						<Suspense fallback={<LoadingRows label="Loading files" />}>
							<Content version={found}>
								<ModelFiles
									of={{ workspace, model: found.name, version: String(found.version) }}
									file={file}
									onFile={(path) => void navigate({ search: { file: path }, replace: true })}
									none={`They lie elsewhere: ${found.source}`}
								/>
							</Content>
						</Suspense>
					</>
				)}
			</QueryState>
		</>
	);
}

/** A version of a prompt is a text, any other is its files. */
function Content({ version: { name, version, tags }, children }: { readonly version: ModelVersion; readonly children: ReactNode }) {
	const prompt = promptOrNull(tags);
	return prompt === null ? children : <PromptText name={name} version={version} prompt={prompt} />;
}

function Maker({ workspace, runId, runLink }: { readonly workspace: string; readonly runId: string; readonly runLink: string | null }) {
	const styles = useStyles();
	// A run of another server has an address of its own there.
	const address = webAddressOrNull(runLink);
	if (address === null) return <NamedRunLink workspace={workspace} runId={runId} />;
	return (
		<a href={address} rel="noreferrer" className={styles.link}>
			{runId}
		</a>
	);
}

function Facts({ workspace, version }: { readonly workspace: string; readonly version: ModelVersion }) {
	const { status, statusMessage, runId, runLink, loggedModelId, fileCount, sizeBytes } = version;
	const tags = ownTags(version.tags);
	return (
		<FactList
			facts={[
				['State', status === 'ready' ? null : [status, statusMessage].filter(Boolean).join(': ')],
				['Made by run', runId !== null && <Maker workspace={workspace} runId={runId} runLink={runLink} />],
				['Logged model', loggedModelId !== null && <LoggedModelLink workspace={workspace} id={loggedModelId} />],
				['Registered', <Moment key="registered" time={version.createdTime} />],
				['By', version.createdBy],
				['Framework', [version.framework, version.frameworkVersion].filter(Boolean).join(' ')],
				['Files', fileCount > 0 && `${formatCount(fileCount)}, ${formatBytes(sizeBytes)}`],
				['From', !isPrompt(version.tags) && version.source],
				['Tags', Object.keys(tags).length > 0 && <TagList tags={tags} wraps />],
				['Description', version.description],
			]}
		/>
	);
}
