import type { FastifyRequest } from 'fastify';
import { BiotError } from '../biotError.ts';

/** The two parts of a create request: the JSON `config` and, for a ZIP, the `code`. */
export type PluginParts = { config: Record<string, unknown>; code?: Buffer };

const badRequest = (message: string) => new BiotError({ status: 400, code: 'BAD_REQUEST', message });

/** The `config` part may come with or without a file name and a content type: clients differ. @throws BiotError 400 */
export async function readPluginParts(request: FastifyRequest): Promise<PluginParts> {
  if (!request.isMultipart()) throw badRequest('The request must be multipart/form-data');
  let config: string | undefined;
  let code: Buffer | undefined;
  for await (const part of request.parts()) {
    const bytes = part.type === 'file' ? await part.toBuffer() : Buffer.from(toText(part.value));
    if (part.fieldname === 'code') code = bytes;
    if (part.fieldname === 'config') config = bytes.toString();
  }
  if (config === undefined) throw badRequest('The part config is missing');
  return { config: parse(config), ...(code && { code }) };
}

// A part with the type application/json comes parsed.
const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, without the text: it holds the plugin's variables.
  }
  throw badRequest('The part config is not a JSON object');
}
