/** Downloads all points of a series as comma-separated values. */
import { Button } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { describeError } from '../../shared/api/describe-error.ts';
import { saveCsv } from '../../shared/csv.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { readPointPages } from './api.ts';
import { csvHeader, csvRows } from './points-csv.ts';

/** A file that a browser still makes in memory; a longer series is read through the API. */
const POINTS_MAX = 2_000_000;

export function CsvButton({ run, name }: { readonly run: string; readonly name: string }) {
	const download = useMutation({
		mutationFn: async () => {
			const lines: string[] = [];
			for await (const page of readPointPages(run, name)) {
				if (lines.length === 0) lines.push(csvHeader(page));
				lines.push(...csvRows(page));
				if (lines.length > POINTS_MAX) break;
			}
			saveCsv(name, lines.slice(0, POINTS_MAX + 1));
		},
	});
	return (
		<Button
			size="small"
			appearance="subtle"
			icon={<ArrowDownloadRegular />}
			disabled={download.isPending}
			title={download.isError ? describeError(download.error).message : `All points, up to ${formatCount(POINTS_MAX)}`}
			onClick={() => download.mutate()}
		>
			{download.isError ? 'CSV failed' : 'CSV'}
		</Button>
	);
}
