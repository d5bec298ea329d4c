import { AxiosError, type AxiosResponse, type AxiosResponseTransformer } from 'axios';

const UNREADABLE = Symbol('an answer that says it is JSON and is none');

/** The text of an answer → its JSON. What is none stays text, unless a good answer says that it is JSON. */
export const parseAnswer: AxiosResponseTransformer = (text: unknown, headers, status = 0) => {
  if (typeof text !== 'string' || text === '') return text;
  try {
    return JSON.parse(text);
  } catch {
    const isJson = /[/+]json\b/i.test(String(headers['content-type'] ?? ''));
    return isJson && status < 300 ? UNREADABLE : text;
  }
};

/**
 * The data of an answer that was parsed.
 * @throws AxiosError as for an answer that broke off. The parser's own message is dropped: it quotes the text.
 */
export function readAnswer<Answer>(response: AxiosResponse<Answer>): Answer {
  if (response.data !== UNREADABLE) return response.data;
  const message = 'The answer says that it is JSON, and cannot be read';
  throw new AxiosError(message, AxiosError.ERR_BAD_RESPONSE, undefined, undefined, response);
}
