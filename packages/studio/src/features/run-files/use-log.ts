/** A log as React sees it: opened at its end, growing with the live stream. */
import type { RunFile } from '@runstead/contract';
import { useEffect, useMemo, useState } from 'react';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { readBytes } from './api.ts';
import { LogReader } from './log-reader.ts';

export function useLog(run: string, file: RunFile): LogReader {
	const [, redraw] = useState(0);
	const { path, version } = file;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the size is only where reading begins; another version is another file
	const reader = useMemo(() => {
		const readRange = (from: number, to: number, signal: AbortSignal) => readBytes(run, path, from, to, signal);
		return new LogReader(file.sizeBytes, readRange, () => redraw((count) => count + 1));
	}, [run, path, version]);
	useEffect(() => {
		reader.start();
		return () => reader.stop();
	}, [reader]);
	useEffect(() => reader.grow(file.sizeBytes), [reader, file.sizeBytes]);
	useLiveEvents((event) => {
		if (event.kind !== 'signal' || event.signal.run !== run) return;
		const grown = event.signal.logs?.find((log) => log.path === path);
		if (grown !== undefined) reader.grow(grown.sizeBytes);
	});
	return reader;
}
