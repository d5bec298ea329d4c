import axios from 'axios';
import type { Session } from '../session.ts';

const PATIENCE_MS = 5000;

/**
 * BioT fails an API call whose hook does not answer. Any answer will do, as the server may be anybody's; none is only
 * warned of, as BioT may reach what is not reached from here.
 */
export async function warnOfSilence(
  endpoint: string,
  { say, signal }: Pick<Session, 'say' | 'signal'>,
): Promise<void> {
  const options = {
    timeout: PATIENCE_MS,
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    validateStatus: () => true,
    maxRedirects: 0,
  };
  try {
    await axios.head(endpoint, options);
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = error as { code?: string; message: string };
    say(
      `Nothing answers at the endpoint from here (${code ?? message}). As long as BioT finds it so, the calls it is subscribed for fail.`,
    );
  }
}
