/** The packages of an environment in one line. */
import type { EnvironmentSpecification } from '@runstead/contract';

/** Of a line; the environment's own page has them all. */
const NAMED_MAX = 20;

export function packagesInWords(specification: EnvironmentSpecification): string {
	if (specification.userManaged) return `managed by its owner: ${specification.interpreterPath ?? "the node's Python"}`;
	// Of where pip finds them, its own page tells.
	const packages = [...(specification.condaPackages ?? []), ...(specification.pipRequirements ?? [])].filter((one) => !one.startsWith('-'));
	if (packages.length === 0) return 'none';
	const more = packages.length - NAMED_MAX;
	return packages.slice(0, NAMED_MAX).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
