import type { Finding } from './finding.ts';

/** So many of a kind are shown, or a folder full of them would hide all the others. */
const MAX_OF_A_KIND = 5;

/** Errors first; the last one that is shown of many tells how many more there are. */
export function limitFindings(findings: Finding[]): Finding[] {
  const kinds = Map.groupBy(findings, ({ code }) => code);
  const limited = [...kinds.values()].flatMap((kind) => {
    const shown = kind.slice(0, MAX_OF_A_KIND);
    const more = kind.length - shown.length;
    const last = shown.at(-1);
    if (more === 0 || !last) return shown;
    return [...shown.slice(0, -1), { ...last, message: `${last.message} (and ${more} more like this)` }];
  });
  return limited.map(toPrintable).sort((one, other) => rank(one) - rank(other));
}

/** Names in an image are anybody's: what a terminal would obey, or show in another order, is written out. */
function toPrintable(finding: Finding): Finding {
  const texts = Object.entries(finding).map(([field, text]) => [field, text.replace(UNPRINTABLE, escaped)]);
  return Object.fromEntries(texts) as Finding;
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escaped = (sign: string): string => `\\u{${sign.codePointAt(0)?.toString(16)}}`;

const rank = ({ severity }: Finding): number => (severity === 'error' ? 0 : 1);
