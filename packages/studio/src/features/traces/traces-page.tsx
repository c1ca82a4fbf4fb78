/** The traces of a workspace. */
import { getRouteApi } from '@tanstack/react-router';
import { Suspense } from 'react';
import { onDemand } from '../../shared/on-demand.ts';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { parseTracesSearch, type TracesSearch } from './traces-search.ts';

const TraceList = onDemand(async () => (await import('./trace-list.tsx')).TraceList);

const route = getRouteApi('/w/$workspace/traces');

export function TracesPage() {
	const { workspace } = route.useParams();
	const { filter = '' }: TracesSearch = route.useSearch();
	const navigate = route.useNavigate();
	return (
		<>
			<PageTrail items={[{ label: 'Traces' }]} />
			<PageTitle title="Traces" beside="What programs did to answer, request by request." />
			<Suspense fallback={<LoadingRows rows={8} label="Loading traces" />}>
				<TraceList
					scope={{ workspace }}
					filter={filter}
					onFilter={(next) => void navigate({ search: parseTracesSearch({ filter: next }), replace: true })}
				/>
			</Suspense>
		</>
	);
}
