import { redactText, withoutTokens } from '../../emulator/withoutTokens.ts';

/**
 * An event or an answer as it may be shown and kept: without what lets somebody in, and with its JSON body as an object,
 * which people can read and edit.
 */
export const toShown = (value: unknown): string =>
  JSON.stringify(withoutTokens(JSON.stringify(withParsedBody(withCleanBody(value)))), null, 2);

/** Only a body that is the same text when it is written again. */
function withParsedBody(value: unknown): unknown {
  const { body, isBase64Encoded } = Object(value) as { body?: unknown; isBase64Encoded?: unknown };
  if (isBase64Encoded === true || typeof body !== 'string' || !/^[[{]/.test(body)) return value;
  const parsed = parse(body);
  return JSON.stringify(parsed) === body ? { ...Object(value), body: parsed } : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Base64 hides a token from who looks at the text. Byte by byte, as it may be of any kind. */
function withCleanBody(event: unknown): unknown {
  const { body, isBase64Encoded } = Object(event) as { body?: unknown; isBase64Encoded?: unknown };
  if (isBase64Encoded !== true || typeof body !== 'string') return event;
  const text = redactText(Buffer.from(body, 'base64').toString('latin1'));
  return { ...Object(event), body: Buffer.from(text, 'latin1').toString('base64') };
}
