import { BiotError } from '../biotError.ts';

/** A refusal that BioT documents: its code and what it tells in `details`. */
export const refuse = (status: number, code: string, details: Record<string, unknown> = {}): BiotError =>
  new BiotError({ status, code, message: toMessage(code, details), details });

/** `ATTRIBUTE_IS_MANDATORY` and what it is about, in words. */
function toMessage(code: string, details: Record<string, unknown>): string {
  const sentence = code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ');
  const facts = Object.entries(details).map(([name, value]) => `${name} [${toText(value)}]`);
  return facts.length > 0 ? `${sentence}: ${facts.join(', ')}` : sentence;
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** For what BioT documents no code of its own. */
export const badRequest = (message: string): BiotError =>
  new BiotError({ status: 400, code: 'BAD_REQUEST', message });
