import { PluginError } from './errors.ts';

const LEAVES = /^(\.|%2e){1,2}$/i;

/**
 * The address of a call. A URL reads `\\` as a slash, leaves out line ends and tabs, and goes up at `..`, so a path with any
 * of them could lead elsewhere than it says. What is thrown does not tell the path: it may hold somebody's data.
 * @throws Error for a path that was put together wrongly; PluginError CALL_TO_API_FAILED for an id of dots, which no encoding helps
 */
export function toUrl(baseUrl: string, path: string): string {
  if (!path.startsWith('/')) throw new Error('The path of a call to BioT begins with a slash');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\\\x00-\x1f\x7f]/.test(path)) {
    throw new Error(
      'The path of a call to BioT has a backslash or a control character: use encodeURIComponent',
    );
  }
  const [pathname = ''] = path.split(/[?#]/);
  if (pathname.split('/').some((segment) => LEAVES.test(segment))) {
    const cause = new Error('The path of a call to BioT has a segment of dots, which leads elsewhere');
    throw new PluginError('CALL_TO_API_FAILED', { cause });
  }
  return baseUrl + path;
}
