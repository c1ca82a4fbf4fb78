/** The traces of a workspace. */
import { getRouteApi } from '@tanstack/react-router';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { TraceList } from './trace-list.tsx';
import { parseTracesSearch, type TracesSearch } from './traces-search.ts';

const route = getRouteApi('/w/$workspace/traces');

export function TracesPage() {
	const { workspace } = route.useParams();
	const { filter = '' }: TracesSearch = route.useSearch();
	const navigate = route.useNavigate();
	return (
		<>
			<PageTrail items={[{ label: 'Traces' }]} />
			<PageTitle title="Traces" beside="What programs did to answer, request by request." />
			<TraceList
				scope={{ workspace }}
				filter={filter}
				onFilter={(next) => void navigate({ search: parseTracesSearch({ filter: next }), replace: true })}
			/>
		</>
	);
}
