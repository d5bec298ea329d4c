import { redactText, withoutTokens } from '../../emulator/withoutTokens.ts';

/** An event as it may be shown and kept: without what lets somebody in, in its headers and in its body. */
export const toShown = (event: unknown): string =>
  JSON.stringify(withoutTokens(JSON.stringify(withCleanBody(event))), null, 2);

/** Base64 hides a token from who looks at the text. Byte by byte, as it may be of any kind. */
function withCleanBody(event: unknown): unknown {
  const { body, isBase64Encoded } = Object(event) as { body?: unknown; isBase64Encoded?: unknown };
  if (isBase64Encoded !== true || typeof body !== 'string') return event;
  const text = redactText(Buffer.from(body, 'base64').toString('latin1'));
  return { ...Object(event), body: Buffer.from(text, 'latin1').toString('base64') };
}
