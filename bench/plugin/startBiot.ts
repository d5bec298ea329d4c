import { type BiotServer, startBiotServer } from '../../test/builders/biotServer.ts';
import { preEvent, TRACE_ID } from '../../test/builders/events.ts';
import { createSigningKey, inSeconds, interceptorClaims, signToken } from '../../test/builders/tokens.ts';

/** A BioT of keys and logins, and events that it has signed: a pre interceptor's, of which the plugin calls nothing. */
export type Biot = { server: BiotServer; variables: Record<string, string>; event: object };

export async function startBiot(): Promise<Biot> {
  const key = createSigningKey();
  const server = await startBiotServer(key.publicKey);
  const token = signToken(key, interceptorClaims({ exp: inSeconds(6 * 60 * 60) }));
  return {
    server,
    event: preEvent(token, { traceId: TRACE_ID }),
    variables: {
      BIOT_BASE_URL: server.baseUrl,
      BIOT_SERVICE_USER_ID: '22222222-3333-4444-8555-666666666666',
      BIOT_SERVICE_USER_SECRET_KEY: 'secret-of-the-service-user',
      BIOT_APP_NAME: 'bench',
    },
  };
}
