/** A slider: the browser's own, in the theme's colour. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
	root: {
		margin: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
		accentColor: tokens.colorCompoundBrandBackground,
		cursor: 'pointer',
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusMedium },
	},
});

interface RangeSliderProps {
	readonly id?: string;
	/** Absent where a label names it by its id. */
	readonly label?: string;
	readonly max: number;
	readonly value: number;
	readonly onChange: (value: number) => void;
	readonly className?: string;
}

/** Whole numbers from 0 to `max`. */
export function RangeSlider({ id, label, max, value, onChange, className }: RangeSliderProps) {
	const styles = useStyles();
	return (
		<input
			type="range"
			id={id}
			aria-label={label}
			className={mergeClasses(styles.root, className)}
			min={0}
			max={max}
			value={value}
			onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
		/>
	);
}
