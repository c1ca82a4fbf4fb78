/** All scalar functions by name: what the reference page lists, too. */
import { ADDRESS_FUNCTIONS } from './address-functions.ts';
import { DYNAMIC_FUNCTIONS } from './dynamic-functions.ts';
import { CONDITIONAL_FUNCTIONS, CONVERSION_FUNCTIONS, MATH_FUNCTIONS } from './math-functions.ts';
import type { ScalarFunction } from './scalar-function.ts';
import { SERIES_FUNCTIONS } from './series-functions.ts';
import { STRING_FUNCTIONS } from './string-functions.ts';
import { TIME_FUNCTIONS } from './time-functions.ts';
import { WINDOW_FUNCTIONS } from './window-functions.ts';

export const FUNCTION_GROUPS: Readonly<Record<string, Readonly<Record<string, ScalarFunction>>>> = {
	Text: STRING_FUNCTIONS,
	Time: TIME_FUNCTIONS,
	Numbers: MATH_FUNCTIONS,
	Conditions: CONDITIONAL_FUNCTIONS,
	Conversion: CONVERSION_FUNCTIONS,
	'Arrays and bags': DYNAMIC_FUNCTIONS,
	'IPv4 addresses': ADDRESS_FUNCTIONS,
	Series: SERIES_FUNCTIONS,
	'Rows around': WINDOW_FUNCTIONS,
};

export const SCALAR_FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map(
	Object.values(FUNCTION_GROUPS).flatMap((group) => Object.entries(group)),
);
