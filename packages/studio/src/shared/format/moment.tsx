/** A moment: how long ago, with the absolute time on hover. */
import { formatAbsolute, formatRelative } from './times.ts';
import { useNow } from './use-now.ts';

export function Moment({ time }: { readonly time: string | null }) {
	const now = useNow();
	if (time === null) return <span>–</span>;
	const timeMs = Date.parse(time);
	return (
		<time dateTime={time} title={formatAbsolute(timeMs)}>
			{formatRelative(timeMs, now)}
		</time>
	);
}
