import type { FastifyInstance } from 'fastify';

/** Lets a call say that it is JSON and have no body, as many clients do for a POST that needs none. */
export function withoutBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, null);
    else void parse(request, String(body), done);
  });
}
