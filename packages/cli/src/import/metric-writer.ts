/** Under which name an import numbers the points of a metric, so that what was stored once is not stored again. */
import { createHash } from 'node:crypto';

export function writerOfMetric(importer: string, metric: string): string {
	return `${importer}-${createHash('sha256').update(metric).digest('hex').slice(0, 40)}`;
}
