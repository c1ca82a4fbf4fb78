/** Every limit of the product, in one table: the widest of the worlds we serve; a door refuses only what its original refuses. */

const KiB = 1024;
const MiB = 1024 * KiB;

export const LIMITS = {
	workspaceNameCharacters: { min: 2, max: 32, reason: "Azure's workspace name" },
	experimentNameCharacters: { max: 256, reason: "Azure's experiment name" },
	runIdCharacters: { max: 256, reason: "Azure's run id" },
	displayNameCharacters: { max: 256, reason: "Azure's display name" },
	descriptionCharacters: { max: 5_000, reason: "Azure's description" },
	/** Azure allows 50 of 100 and 1,000 characters; MLflow allows keys of 250 and tag values of 8,000. */
	attributesPerRun: { max: 10_000, reason: 'properties, tags or params of one run, each kind counted alone' },
	attributeKeyCharacters: { max: 250, reason: "MLflow's key; Azure's is 100" },
	attributeValueCharacters: { max: 8_000, reason: "MLflow's tag value; Azure's is 1,000" },
	errorMessageCharacters: { max: 100_000, reason: "Azure's is 3,000; a traceback is kept whole" },
	metricNamesPerRun: { max: 10_000, reason: "Azure's is 50" },
	metricNameCharacters: { max: 255, reason: "Azure's column name and MLflow's 250" },
	metricColumns: { max: 250, reason: "Azure's is 15 columns a metric row" },
	metricColumnNameCharacters: { max: 255, reason: "Azure's column name" },
	metricPointsPerSeries: { max: 100_000_000, reason: "Azure's is 10 million rows a metric name" },
	metricPointsPerBatch: { max: 100_000, reason: 'one request; the client splits' },
	metricStringBytes: { max: 1 * MiB, reason: "Azure's column value is 255 characters" },
	metricStep: { max: Number.MAX_SAFE_INTEGER, reason: 'steps are whole numbers from -(2^53 - 1) to 2^53 - 1' },
	childrenPerRequest: { max: 10_000, reason: 'runs made by one create_children' },
	artifactPathCharacters: { max: 5_000, reason: "Azure's artifact path" },
	artifactsPerRun: { max: 10_000_000, reason: "Azure's" },
	artifactBytes: { max: 5 * 1024 * 1024 * MiB, reason: 'one file, 5 TiB' },
	uploadChunkBytes: { max: 64 * MiB, reason: 'one chunk of a resumable upload' },
	logAppendBytes: { max: 8 * MiB, reason: 'one append to a log' },
	logBytesPerRun: { max: 50 * 1024 * MiB, reason: 'all logs of one run; what is past it is cut, and the log says where' },
	snapshotBytes: { max: 300 * MiB, reason: "Azure's snapshot" },
	snapshotFiles: { max: 2_000, reason: "Azure's snapshot" },
	jsonBodyBytes: { max: 32 * MiB, reason: 'one JSON request' },
	filterCharacters: { max: 10_000, reason: 'one search filter' },
	searchPatternCharacters: { max: 1_000, reason: 'what is sought in a file' },
	searchHits: { max: 10_000, reason: 'hits of one search in a file; nobody steps through more' },
	groupAggregates: { max: 20, reason: 'numbers that groups of runs are summed up by, in one request' },
	sparklineRuns: { max: 200, reason: 'runs of one request for sparklines: more than a screen has rows' },
	runsPerChange: { max: 1_000, reason: 'runs changed by one request' },
	viewNameCharacters: { max: 100, reason: 'the name of a view: a line of a menu' },
	viewStateBytes: { max: 256 * KiB, reason: 'what one view keeps, as JSON' },
	viewsPerWorkspace: { max: 10_000, reason: 'views of all people of one workspace' },
	viewVersions: { max: 200, reason: 'versions of one view that are kept; the oldest go first' },
	fieldsCharacters: { max: 100_000, reason: 'names of the fields of one search' },
	pageSize: { max: 1_000, reason: 'rows of one page of a list' },
	nodesPerCluster: { max: 1_000, reason: "Azure's nodes of one cluster begin at 100 and are raised on request" },
	requeuesPerJob: { max: 100, reason: 'a job whose nodes are lost again and again is not tried for ever' },
	computeNameCharacters: { min: 2, max: 24, reason: "Azure's compute name begins at 3; letters, digits and hyphens" },
	childrenDepth: { max: 32, reason: 'parents above a run' },
} as const;

export type LimitName = keyof typeof LIMITS;
