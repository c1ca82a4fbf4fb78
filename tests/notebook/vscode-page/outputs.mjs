/**
 * The outputs of a notebook on a page of its own, as VS Code's Jupyter extension draws them: its widget manager (loaded as it
 * loads it, with the modules of widgets by require.js from the nbextensions of the kernel's environment) on the connection to a
 * kernel. What is not the extension's here is little: how code comes to the kernel, and where an output is put.
 */
import { KernelManager, ServerConnection } from '@jupyterlab/services';

const WIDGET_MIME = 'application/vnd.jupyter.widget-view+json';

/** The widget manager, once the extension's script has told require.js of the modules that it brings. */
async function managerOf(kernel) {
	const { activate } = await import(/* @vite-ignore */ new URL('ipywidgets.js', document.baseURI).href);
	activate();
	window.vscIPyWidgets8.load();
	const widgetsRegisteredInRequireJs = new Set();
	const scriptLoader = {
		widgetsRegisteredInRequireJs,
		errorHandler: (className, moduleName, _version, error) => console.error(`${moduleName}.${className} was not loaded: ${error}`),
		successHandler: () => undefined,
		loadWidgetScript: async (moduleName) => {
			const path = new URL(`nbextensions/${moduleName}/index`, document.baseURI).href;
			window.requirejs.config({ paths: { [moduleName]: path } });
			widgetsRegisteredInRequireJs.add(moduleName);
		},
	};
	return new window.vscIPyWidgets.WidgetManager(kernel, document.body, scriptLoader, () => undefined);
}

async function drawWidget(manager, { model_id }, element) {
	element.className = 'cell-output-ipywidget-background';
	const model = await manager.get_model(model_id);
	const view = await manager.create_view(model, { el: element });
	await manager.display_view(null, view, { node: element });
}

function drawOutput(manager, data, element) {
	if (WIDGET_MIME in data) return drawWidget(manager, data[WIDGET_MIME], element);
	if ('text/html' in data) element.innerHTML = data['text/html'];
	else element.textContent = data['text/plain'];
}

const token = new URL(location.href).searchParams.get('token');
const serverSettings = ServerConnection.makeSettings({ baseUrl: new URL('/', location.href).href, token });
const kernels = new KernelManager({ serverSettings });
const kernel = await kernels.startNew({ name: 'python3' });
const manager = await managerOf(kernel);
const drawn = new Map();

// What is drawn anew may be so long after its cell was done, by a thread of the kernel.
kernel.iopubMessage.connect((_, { header, content }) => {
	const element = drawn.get(content.transient?.display_id);
	if (header.msg_type === 'update_display_data' && element !== undefined) drawOutput(manager, content.data, element);
});

/** Runs a cell, and draws its outputs one below the other. */
window.runCell = async (code) => {
	const future = kernel.requestExecute({ code });
	future.onIOPub = ({ header, content }) => {
		if (!['display_data', 'execute_result', 'stream', 'error'].includes(header.msg_type)) return;
		const element = document.body.appendChild(document.createElement('div'));
		if (content.transient?.display_id !== undefined) drawn.set(content.transient.display_id, element);
		drawOutput(manager, content.data ?? { 'text/plain': content.text ?? content.traceback.join('\n') }, element);
	};
	return (await future.done).content.status;
};
