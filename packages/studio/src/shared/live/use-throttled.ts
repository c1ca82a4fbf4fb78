/** `throttle` for the life of a component. */
import { useEffect, useEffectEvent, useMemo } from 'react';
import { type Throttled, throttle } from './throttle.ts';

/** The action always sees the newest props; what still waits when the component leaves is forgotten. */
export function useThrottled(action: () => void | Promise<unknown>, intervalMs: number): Throttled {
	const holder = useMemo(() => ({ action: (): void | Promise<unknown> => undefined }), []);
	const latest = useEffectEvent(action);
	const throttled = useMemo(() => throttle(() => holder.action(), intervalMs), [holder, intervalMs]);
	useEffect(() => {
		holder.action = () => latest();
		return () => throttled.cancel();
	}, [holder, throttled]);
	return throttled;
}
