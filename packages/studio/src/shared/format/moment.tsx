/** A moment: how long ago, with the absolute time beside it or on hover. */
import { formatAbsolute, formatRelative } from './times.ts';
import { useNow } from './use-now.ts';

interface MomentProps {
	readonly time: string | null;
	/** The absolute time is written too. */
	readonly isWhole?: boolean;
}

export function Moment({ time, isWhole = false }: MomentProps) {
	const now = useNow();
	if (time === null) return <span>–</span>;
	const timeMs = Date.parse(time);
	const relative = formatRelative(timeMs, now);
	return (
		<time dateTime={time} title={formatAbsolute(timeMs)}>
			{isWhole ? `${relative} (${formatAbsolute(timeMs)})` : relative}
		</time>
	);
}
