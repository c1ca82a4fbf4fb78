/** Pictures that MLflow's `log_image(key=, step=)` left among the files of a run, by their names alone. */
import type { SteppedImage } from './image-steps.ts';

/** The folder of the run that they lie in. */
export const MLFLOW_IMAGES = 'images/';

/**
 * `images/KEY+step+3+timestamp+1795377599251+UUID.png`, beside it `…UUID+compressed.webp`. Earlier clients write `%` in place of `+`;
 * a slash of the key is `~` there, or `#`.
 */
const NAME = /^images\/(.+?)([+%])step\2(-?\d+)\2timestamp\2(\d+)\2([^+%/]+?)(\2compressed)?\.\w+$/;

export interface ImageSeries {
	readonly name: string;
	readonly images: readonly SteppedImage[];
}

/** By key; of a picture that is there twice, the whole one. */
export function mlflowImagesOf(paths: readonly string[]): ImageSeries[] {
	const pictures = new Map<string, SteppedImage & { readonly name: string; readonly time: number; readonly isCompressed: boolean }>();
	for (const path of paths) {
		const [, key = '', separator, step, time, id = '', compressed] = NAME.exec(path) ?? [];
		if (key === '') continue;
		const known = pictures.get(id);
		if (known !== undefined && !known.isCompressed) continue;
		const name = key.replaceAll(separator === '%' ? '#' : '~', '/');
		pictures.set(id, { name, step: Number(step), time: Number(time), path, isCompressed: compressed !== undefined });
	}
	const inOrder = [...pictures.values()].sort((a, b) => a.step - b.step || a.time - b.time);
	return [...Map.groupBy(inOrder, ({ name }) => name)]
		.map(([name, images]) => ({ name, images: images.map(({ step, path }) => ({ step, path })) }))
		.sort((a, b) => a.name.localeCompare(b.name));
}
