const TOKEN_FIELD =
  /^(authorization|proxy-authorization|(set-)?cookies?|jwt|token|accessToken|refreshToken|password|secretKey|x-api-key)$/i;
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** What stands for what was taken out. */
export const REDACTED = '[redacted]';

/** Text without what looks like a token. */
export const redactText = (text: string): string => text.replace(JWT, REDACTED);

/** A body as it may be shown: parsed, without what lets somebody in. Undefined when it is no JSON. */
export function withoutTokens(body: string | Buffer): unknown {
  try {
    return JSON.parse(body.toString(), (key, value) => {
      if (TOKEN_FIELD.test(key)) return REDACTED;
      return typeof value === 'string' ? redactText(value) : value;
    });
  } catch {
    return undefined;
  }
}
