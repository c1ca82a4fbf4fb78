/** Which way a metric is better, as its name says, where nobody has said it: MLflow's clients have no word for it. */
import type { Direction } from '@runstead/contract';

const LESS = new Set(
	'loss err error errors mse rmse mae mape rmsle msle logloss nll perplexity ppl wer cer deviance latency regret'.split(' '),
);
const MORE = new Set(
	'accuracy acc auc auroc auprc f1 precision recall sensitivity specificity r2 score map bleu rouge iou dice ndcg mrr mcc reward variance'.split(
		' ',
	),
);
/** scikit-learn's scorers turn errors round. */
const TURNED = new Set(['neg', 'negative']);

/** `val_loss` is better when it is less, `training_accuracy_score` when it is more; null for a name that does not say. */
export function likelyDirection(name: string): Direction | null {
	const words = name
		.replace(/([a-z])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^a-z0-9]+/);
	const isTurned = words.some((word) => TURNED.has(word));
	if (words.some((word) => LESS.has(word))) return isTurned ? 'maximize' : 'minimize';
	return words.some((word) => MORE.has(word)) && !isTurned ? 'maximize' : null;
}
