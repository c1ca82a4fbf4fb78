/** Markdown laid out for reading. HTML in it is shown as it was written, pictures of other hosts as links: nothing runs, nothing is fetched. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { lexer, type Token, type Tokens } from 'marked';
import { type CSSProperties, Fragment, type ReactNode, useMemo } from 'react';
import { SourceCode } from './source-code.tsx';

const useStyles = makeStyles({
	root: {
		maxWidth: '860px',
		lineHeight: tokens.lineHeightBase400,
		overflowWrap: 'anywhere',
		'& h1, & h2, & h3, & h4, & h5, & h6': { margin: `${tokens.spacingVerticalL} 0 ${tokens.spacingVerticalS}` },
		'& p, & ul, & ol': { margin: `${tokens.spacingVerticalS} 0` },
		'& blockquote': {
			margin: `${tokens.spacingVerticalS} 0`,
			paddingLeft: tokens.spacingHorizontalM,
			borderLeft: `3px solid ${tokens.colorNeutralStroke1}`,
			color: tokens.colorNeutralForeground2,
		},
		'& table': { borderCollapse: 'collapse', margin: `${tokens.spacingVerticalM} 0` },
		'& th, & td': { border: `1px solid ${tokens.colorNeutralStroke2}`, padding: `4px ${tokens.spacingHorizontalS}`, textAlign: 'left' },
		'& th': { backgroundColor: tokens.colorNeutralBackground3 },
		'& :not(pre) > code': {
			fontFamily: tokens.fontFamilyMonospace,
			fontSize: '0.92em',
			padding: '1px 4px',
			borderRadius: tokens.borderRadiusSmall,
			backgroundColor: tokens.colorNeutralBackground3,
		},
		'& a': { color: tokens.colorBrandForegroundLink },
		'& img': { maxWidth: '100%' },
		'& hr': { border: 'none', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
	},
});

/** Where a picture of the same run lies; null for one that is elsewhere. */
export type FindPicture = (path: string) => string | null;

interface MarkdownProps {
	readonly text: string;
	readonly findPicture: FindPicture;
}

export function Markdown({ text, findPicture }: MarkdownProps) {
	const styles = useStyles();
	const content = useMemo(() => all(lexer(text), findPicture), [text, findPicture]);
	return <div className={styles.root}>{content}</div>;
}

function all(nodes: readonly Token[] | undefined, find: FindPicture): ReactNode {
	// biome-ignore lint/suspicious/noArrayIndexKey: a text that changes is laid out anew
	return nodes?.map((node, index) => <Fragment key={index}>{one(node, find)}</Fragment>);
}

function one(node: Token, find: FindPicture): ReactNode {
	switch (node.type) {
		case 'heading':
			return heading(node as Tokens.Heading, find);
		case 'paragraph':
			return <p>{all(node.tokens, find)}</p>;
		case 'text':
			return node.tokens ? all(node.tokens, find) : plain(node.text);
		case 'escape':
			return plain(node.text);
		case 'strong':
			return <strong>{all(node.tokens, find)}</strong>;
		case 'em':
			return <em>{all(node.tokens, find)}</em>;
		case 'del':
			return <del>{all(node.tokens, find)}</del>;
		case 'codespan':
			return <code>{plain(node.text)}</code>;
		case 'code':
			return <SourceCode code={node.text} language={(node as Tokens.Code).lang ?? null} label="Code" isBlock />;
		case 'blockquote':
			return <blockquote>{all(node.tokens, find)}</blockquote>;
		case 'br':
			return <br />;
		case 'hr':
			return <hr />;
		case 'list':
			return list(node as Tokens.List, find);
		case 'table':
			return table(node as Tokens.Table, find);
		case 'link':
			return link((node as Tokens.Link).href, all(node.tokens, find));
		case 'image':
			return picture(node as Tokens.Image, find);
		case 'space':
		case 'def':
			return null;
		default:
			return <code>{node.raw}</code>;
	}
}

/** The lexer writes what HTML would need escaped. */
function plain(text: string): string {
	return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

function heading({ depth, tokens: inner }: Tokens.Heading, find: FindPicture): ReactNode {
	const content = all(inner, find);
	// The page has its own first heading.
	if (depth === 1) return <h2>{content}</h2>;
	if (depth === 2) return <h3>{content}</h3>;
	return depth === 3 ? <h4>{content}</h4> : <h5>{content}</h5>;
}

function list(node: Tokens.List, find: FindPicture): ReactNode {
	const items = node.items.map((item, index) => (
		// biome-ignore lint/suspicious/noArrayIndexKey: as above
		<li key={index}>
			{item.task && (item.checked ? '☑ ' : '☐ ')}
			{all(
				item.tokens.filter((inner) => inner.type !== 'checkbox'),
				find,
			)}
		</li>
	));
	return node.ordered ? <ol start={node.start === '' ? 1 : node.start}>{items}</ol> : <ul>{items}</ul>;
}

/** As the line below the head of the table says; else to the left. */
const alignOf = ({ align }: Tokens.TableCell): CSSProperties | undefined => (align === null ? undefined : { textAlign: align });

function table(node: Tokens.Table, find: FindPicture): ReactNode {
	return (
		<table>
			<thead>
				<tr>
					{node.header.map((cell, index) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: as above
						<th key={index} style={alignOf(cell)}>
							{all(cell.tokens, find)}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{node.rows.map((row, place) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: as above
					<tr key={place}>
						{row.map((cell, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: as above
							<td key={index} style={alignOf(cell)}>
								{all(cell.tokens, find)}
							</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** A link that would run a script, or leads into the studio itself, is only its words. */
function link(href: string, content: ReactNode): ReactNode {
	if (!/^https?:\/\//i.test(href)) return <span title={href}>{content}</span>;
	return (
		<a href={href} target="_blank" rel="noopener noreferrer">
			{content}
		</a>
	);
}

function picture({ href, text }: Tokens.Image, find: FindPicture): ReactNode {
	const address = find(href);
	return address === null ? link(href, `[${text || href}]`) : <img src={address} alt={text} loading="lazy" />;
}
