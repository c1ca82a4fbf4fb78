/**
 * RunDetails in the browser: draws the report that the kernel keeps in the widget's model. It asks nothing of any network,
 * and text of a run only ever becomes text (`textContent`), never markup.
 */

const SVG = 'http://www.w3.org/2000/svg';
const CHART = { width: 300, height: 110, inset: 4 };
/** A kernel that was not heard of for this long is gone or the notebook was only opened: clocks stand still. */
const FRESH_MS = 40_000;
const ANSWER_MS = 3_000;
const TONES = { Completed: 'good', Failed: 'bad', Canceled: 'off', NotResponding: 'warn', CancelRequested: 'warn' };

/** An element with attributes and children; strings become text. */
function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
		else if (value !== undefined && value !== null) element.setAttribute(name, value);
	}
	element.append(...children.filter((child) => child !== null && child !== ''));
	return element;
}

function draw(tag, attributes) {
	const element = document.createElementNS(SVG, tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	return element;
}

function link(url, text) {
	return /^https?:\/\//.test(url) ? make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text) : make('span', {}, text);
}

function numberText(value) {
	if (value === null || value === undefined) return '–';
	if (typeof value !== 'number') return String(value);
	return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(6)));
}

/** `0.8 s`, `1:58`, `1:02:03`, `2 d 4 h`, as in the studio. */
function durationText(durationMs) {
	const seconds = Math.max(0, durationMs) / 1000;
	if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
	const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
	const two = (number) => String(number).padStart(2, '0');
	if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
	return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function statusPill(status) {
	return make('span', { class: 'rs-status', 'data-tone': TONES[status], 'data-status': status }, status);
}

function drawChart(chart) {
	const points = chart.points;
	const values = points.flatMap(([, low, high, last]) => [low, high, last]).filter((value) => value !== null);
	const [xLow, xHigh] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
	const [yLow, yHigh] = [Math.min(...values), Math.max(...values)];
	const { width, height, inset } = CHART;
	const across = (x) => (xHigh > xLow ? inset + ((x - xLow) / (xHigh - xLow)) * (width - 2 * inset) : width / 2);
	// Halved first: the difference of two great numbers may be infinite.
	const up = (y) => (yHigh > yLow ? height - inset - ((y / 2 - yLow / 2) / (yHigh / 2 - yLow / 2)) * (height - 2 * inset) : height / 2);
	const place = (x, y) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`;
	const extremes = `min ${numberText(chart.min)} · max ${numberText(chart.max)} · ${chart.count} points`;
	const odd = chart.notNumbers > 0 ? `, ${chart.notNumbers} of them no numbers` : '';
	const svg = draw('svg', {
		viewBox: `0 0 ${width} ${height}`,
		preserveAspectRatio: 'none',
		role: 'img',
		'aria-label': `${chart.name}: last ${numberText(chart.last)}, ${extremes}${odd}`,
	});
	svg.append(draw('path', { class: 'rs-axis', d: `M${inset} 0V${height - 1}H${width}` }));
	for (const stretch of stretchesOf(points)) {
		const band = [...stretch.map(([x, , high]) => place(x, high)), ...stretch.toReversed().map(([x, low]) => place(x, low))];
		if (stretch.some(([, low, high]) => low !== high)) svg.append(draw('polygon', { class: 'rs-band', points: band.join(' ') }));
		const line = stretch.map(([x, , , last]) => place(x, last));
		svg.append(
			stretch.length === 1
				? draw('path', { class: 'rs-point', d: `M${line[0]}h0.01` })
				: draw('polyline', { class: 'rs-line', points: line.join(' ') }),
		);
	}
	const note = make('div', { class: 'rs-small' }, extremes + odd);
	pointAt(svg, points, across, (point) => {
		note.textContent = point === null ? extremes + odd : `step ${numberText(point[0])}: ${valueText(point)}`;
	});
	return make(
		'div',
		{ class: 'rs-chart', 'data-metric': chart.name },
		make(
			'div',
			{ class: 'rs-chart-head' },
			make('span', { class: 'rs-chart-name', title: chart.name }, chart.name),
			make('span', { class: 'rs-number' }, numberText(chart.last)),
		),
		svg,
		note,
	);
}

function valueText([, low, high, last]) {
	if (last === null) return 'no number';
	return low === high ? numberText(last) : `${numberText(last)} (${numberText(low)} to ${numberText(high)})`;
}

/** Runs of points between those that are no numbers. */
function stretchesOf(points) {
	const stretches = [[]];
	for (const point of points) {
		if (point.includes(null)) stretches.push([]);
		else stretches.at(-1).push(point);
	}
	return stretches.filter((stretch) => stretch.length > 0);
}

/** Tells which point the pointer is nearest to, or null when it has left. */
function pointAt(svg, points, across, tell) {
	const cursor = draw('line', { class: 'rs-cursor', y1: 0, y2: CHART.height, x1: -9, x2: -9 });
	svg.addEventListener('pointermove', (event) => {
		if (points.length === 0) return;
		const box = svg.getBoundingClientRect();
		const x = ((event.clientX - box.left) / box.width) * CHART.width;
		const nearest = points.reduce((best, point) => (Math.abs(across(point[0]) - x) < Math.abs(across(best[0]) - x) ? point : best));
		cursor.setAttribute('x1', across(nearest[0]));
		cursor.setAttribute('x2', across(nearest[0]));
		svg.append(cursor);
		tell(nearest);
	});
	svg.addEventListener('pointerleave', () => {
		cursor.remove();
		tell(null);
	});
}

function metricsPart(host, metrics) {
	if (!metrics) return;
	const values = metrics.values.map(({ name, value }) =>
		make('span', {}, `${name} `, make('span', { class: 'rs-number' }, numberText(value))),
	);
	const more = metrics.moreCharts + metrics.moreValues;
	host.replaceChildren(
		make('div', { class: 'rs-charts' }, ...metrics.charts.map(drawChart)),
		make('div', { class: 'rs-values' }, ...values),
		make('div', { class: 'rs-faint' }, more > 0 ? `${more} more metrics are in the studio.` : ''),
	);
	for (const part of [...host.children]) if (part.childNodes.length === 0) part.remove();
}

/** The child runs as the kernel orders them, best first, until a heading is pressed. */
function childrenPart(host) {
	let [sorted, descending] = [null, false];
	return (children) => {
		if (!children) return host.replaceChildren();
		const columns = [
			['Child run', (row) => row.number, (row) => link(row.url, `${row.number} ${row.name}`)],
			['Status', (row) => row.status, (row) => statusPill(row.status)],
			...children.metricNames.map((name) => [name, (row) => row.metrics[name], (row) => numberText(row.metrics[name])]),
			['Duration', (row) => row.durationMs, (row) => (row.durationMs === null ? '–' : durationText(row.durationMs))],
		];
		const show = () => {
			const key = columns.find(([title]) => title === sorted)?.[1];
			const rows = key ? children.rows.toSorted((one, other) => compare(key(one), key(other), descending)) : children.rows;
			const { primary } = children;
			const heading = ([title]) => {
				const isBest = sorted === null && primary?.name === title;
				const down = isBest ? primary.direction === 'maximize' : descending;
				const isKey = isBest || sorted === title;
				const press = () => {
					[sorted, descending] = [title, sorted === title ? !descending : false];
					show();
				};
				const order = isKey ? (down ? 'descending' : 'ascending') : 'none';
				return make(
					'th',
					{ scope: 'col', 'aria-sort': order },
					make('button', { type: 'button', onclick: press }, `${title}${isKey ? (down ? ' ↓' : ' ↑') : ''}`),
				);
			};
			const body = rows.map((row) => make('tr', {}, ...columns.map(([, , cell]) => make('td', {}, cell(row)))));
			const more = children.total - children.rows.length;
			const best = primary === null ? '' : `, best ${primary.name} first`;
			const title = `${children.total} child ${children.total === 1 ? 'run' : 'runs'}${sorted === null ? best : ''}`;
			const table = make('table', {}, make('thead', {}, make('tr', {}, ...columns.map(heading))), make('tbody', {}, ...body));
			host.replaceChildren(
				make('div', { class: 'rs-faint' }, title + (more > 0 ? `; ${more} more are in the studio` : '')),
				make('div', { class: 'rs-scroll' }, table),
			);
		};
		show();
	};
}

/** Rows without a value come last, either way. */
function compare(one, other, descending) {
	const [noOne, noOther] = [one === null || one === undefined, other === null || other === undefined];
	if (noOne || noOther) return Number(noOne) - Number(noOther);
	const order = typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other));
	return descending ? -order : order;
}

/** The end of the log: follows it, until one scrolls up to read. */
function logPart(host) {
	const pre = make('pre', { tabindex: '0', role: 'log' });
	const title = make('span', { class: 'rs-faint' });
	const toEnd = () => {
		pre.scrollTop = pre.scrollHeight;
	};
	const follow = make('button', { type: 'button', hidden: '', onclick: toEnd }, 'Follow again');
	let follows = true;
	pre.addEventListener('scroll', () => {
		follows = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 8;
		follow.hidden = follows;
	});
	return (log) => {
		if (!log) return;
		if (!pre.isConnected) host.replaceChildren(make('div', { class: 'rs-head' }, title, make('span', { class: 'rs-space' }), follow), pre);
		title.textContent = log.path + (log.isCut ? ' (its end; the whole is in the studio)' : '');
		pre.setAttribute('aria-label', log.path);
		const place = pre.scrollTop;
		pre.textContent = log.text;
		if (follows) requestAnimationFrame(toEnd);
		else pre.scrollTop = place;
	};
}

function factsPart(host, title) {
	const summary = make('summary');
	const body = make('tbody');
	const details = make('details', {}, summary, make('table', {}, body));
	return (pairs) => {
		if (!pairs?.length) return details.remove();
		summary.textContent = `${title} (${pairs.length})`;
		body.replaceChildren(
			...pairs.map(([key, value]) => make('tr', {}, make('th', { scope: 'row' }, key), make('td', { class: 'rs-wrap' }, value))),
		);
		host.append(details);
	};
}

/** The button that asks before it cancels, and says what has become of it. */
function cancelPart(host, model) {
	let [isAsking, waits, timer] = [false, '', null];
	const set = (asking, text) => {
		[isAsking, waits] = [asking, text];
		show();
	};
	const send = () => {
		set(false, 'Asking the kernel to cancel …');
		model.send({ type: 'cancel' });
		timer = setTimeout(
			() => set(false, 'The kernel is busy with a cell, or not running. It cancels when it is free; the studio cancels at once.'),
			ANSWER_MS,
		);
	};
	function show() {
		const run = model.get('run');
		const answer = model.get('cancellation');
		if (!run || run.isEnded) return host.replaceChildren();
		const button = (text, kind, press) => make('button', { type: 'button', class: kind, onclick: press }, text);
		if (isAsking) {
			const keep = button('Keep it running', '', () => set(false, ''));
			host.replaceChildren('Cancel this run and its children? ', button('Cancel the run', 'rs-danger', send), ' ', keep);
			keep.focus();
		} else if (run.status === 'CancelRequested' || (answer?.state === 'asked' && !waits)) host.replaceChildren('Cancelling …');
		else if (waits) host.replaceChildren(waits);
		else
			host.replaceChildren(
				answer?.text ? `${answer.text} ` : '',
				button('Cancel', '', () => set(true, '')),
			);
	}
	return {
		show,
		answered: () => {
			clearTimeout(timer);
			set(false, '');
		},
	};
}

/** The lengths of the phases, going on by themselves while the kernel is heard of. */
function timelinePart(host, model, nowMs) {
	return () => {
		const phases = model.get('phases');
		if (!phases?.length) return;
		const ended = phases.map((phase) => ({ ...phase, lengthMs: Math.max(0, (phase.endMs ?? nowMs()) - phase.startMs) }));
		const totals = new Map();
		for (const { name, lengthMs } of ended) totals.set(name, (totals.get(name) ?? 0) + lengthMs);
		const bar = ended.map(({ name, lengthMs }) => make('i', { 'data-phase': name, style: `flex: ${Math.max(1, lengthMs)} 1 0` }));
		const legend = [...totals].map(([name, lengthMs]) =>
			make(
				'span',
				{},
				make('i', { class: 'rs-dot', 'data-phase': name }),
				`${name[0].toUpperCase()}${name.slice(1)} ${durationText(lengthMs)}`,
			),
		);
		host.replaceChildren(make('div', { class: 'rs-bar', 'aria-hidden': 'true' }, ...bar), make('div', { class: 'rs-legend' }, ...legend));
	};
}

function headPart(host, cancel, model) {
	return () => {
		const run = model.get('run');
		if (!run) return;
		host.replaceChildren(
			make('span', { class: 'rs-name' }, run.name),
			statusPill(run.status),
			make('span', { class: 'rs-faint' }, run.statusReason ?? ''),
			make('span', { class: 'rs-space' }),
			cancel,
			link(run.url, 'Open in the studio'),
		);
	};
}

function runPart(host, run) {
	if (!run) return;
	const facts = [`Run ${run.number} of ${run.experiment}`, run.target ? `on ${run.target}` : null, `by ${run.submittedBy}`];
	const { error, progress } = run;
	const share = progress ? Math.min(100, (progress.done / progress.total) * 100) : 0;
	const errorBox =
		error &&
		make(
			'div',
			{ class: 'rs-error' },
			error.message,
			error.details ? make('details', {}, make('summary', {}, 'Details'), make('pre', { tabindex: '0' }, error.details)) : null,
		);
	const bar =
		progress &&
		make(
			'div',
			{ class: 'rs-progress', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuenow': Math.round(share) },
			make('i', { style: `width: ${share}%` }),
		);
	host.replaceChildren(
		make('div', { class: 'rs-faint' }, `${facts.filter(Boolean).join(' · ')} · `, make('code', {}, run.id)),
		...[bar && !run.isEnded ? bar : null, errorBox].filter(Boolean),
	);
}

function noticePart(host, model, isFresh) {
	return () => {
		const seen = model.get('seen');
		const run = model.get('run');
		const texts = [];
		if (seen?.problem) texts.push(make('div', { class: 'rs-notice' }, seen.problem));
		if (seen?.timeMs && !run?.isEnded && (seen.problem || !isFresh()))
			texts.push(make('div', { class: 'rs-faint' }, `As of ${new Date(seen.timeMs).toLocaleString()}.`));
		host.replaceChildren(...texts);
	};
}

function render({ model, el }) {
	const root = make('section', { class: 'runstead-live', 'aria-label': 'Run' });
	const parts = Object.fromEntries(
		['head', 'run', 'notice', 'timeline', 'metrics', 'children', 'log', 'facts'].map((name) => [name, make('div')]),
	);
	parts.head.className = 'rs-head';
	parts.notice.setAttribute('role', 'status');
	root.append(...Object.values(parts));
	el.append(root);
	// The picture beside it is for when this is not there. In a notebook that styles its outputs the picture does so itself.
	const style = make('style', {}, `[data-runstead-still="${CSS.escape(model.get('still'))}"] { display: none; }`);
	document.head.append(style);

	let heardAt = Number.NEGATIVE_INFINITY;
	const isFresh = () => performance.now() - heardAt < FRESH_MS || Math.abs(Date.now() - (model.get('seen')?.timeMs ?? 0)) < FRESH_MS;
	// The clock of the kernel, which may not be this browser's.
	let ahead = 0;
	const hear = () => {
		heardAt = performance.now();
		const { timeMs, problem } = model.get('seen') ?? {};
		if (timeMs && !problem) ahead = timeMs - Date.now();
	};
	const nowMs = () => (isFresh() ? Date.now() + ahead : (model.get('seen')?.timeMs ?? Date.now()));

	const cancelHost = make('span', { class: 'rs-cancel' });
	const cancel = cancelPart(cancelHost, model);
	const head = headPart(parts.head, cancelHost, model);
	const timeline = timelinePart(parts.timeline, model, nowMs);
	const notice = noticePart(parts.notice, model, isFresh);
	const [children, log] = [childrenPart(parts.children), logPart(parts.log)];
	const facts = ['tags', 'params', 'properties'].map((name) => [name, factsPart(parts.facts, `${name[0].toUpperCase()}${name.slice(1)}`)]);
	const showRun = () => {
		head();
		cancel.show();
		runPart(parts.run, model.get('run'));
		for (const [name, show] of facts) show(model.get('run')?.[name]);
	};
	const handlers = {
		run: showRun,
		phases: timeline,
		metrics: () => metricsPart(parts.metrics, model.get('metrics')),
		children: () => children(model.get('children')),
		log: () => log(model.get('log')),
		seen: () => {
			hear();
			notice();
		},
		cancellation: cancel.answered,
	};
	for (const [name, handler] of Object.entries(handlers)) {
		if (!['seen', 'cancellation'].includes(name)) handler();
		model.on(`change:${name}`, handler);
	}
	notice();
	const clock = setInterval(() => {
		if (model.get('run')?.isEnded) return;
		timeline();
		notice();
	}, 1000);
	return () => {
		clearInterval(clock);
		style.remove();
		for (const [name, handler] of Object.entries(handlers)) model.off(`change:${name}`, handler);
	};
}

export default { render };
