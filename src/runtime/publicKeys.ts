import { createPublicKey, type KeyObject } from 'node:crypto';
import { type CallContext, callBiot } from './biot.ts';
import type { Config } from './config.ts';
import { PluginError } from './errors.ts';
import { getTraceId } from './getTraceId.ts';
import { joinOrStart } from './joinOrStart.ts';

const KEY_PATH = '/ums/v1/security/public-key';
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
const PAUSE_AFTER_FAILURE_MS = 1_000;
const CALL_TIME_MS = 5_000;
const EARLY_FETCH_MS = 2_000; // no event waits longer than this for a fetch that was frozen

/** BioT's keys as known here: the text they came as, and ready to verify with. */
export type PublicKeys = { encoded: string[]; keys: KeyObject[] };

/** For whom the keys are fetched: no fetch outlives the deadline of the event that began it. */
export type EventContext = Pick<CallContext, 'traceId' | 'deadline'>;

type KeyAnswer = { publicKey?: unknown; previousPublicKey?: unknown };

/** Until `pausedUntil` (epoch ms) no other keys are asked for; `failure` is why the last try brought none. */
type KeyStore = { known?: PublicKeys; pausedUntil: number; pauseMs: number; failure?: unknown };

const stores = new Map<string, KeyStore>();
const configured = new Map<string, PublicKeys>();
const fetches = new Map<string, Promise<PublicKeys>>();

/** Starts fetching the keys while the container initialises. What fails is tried again when needed. */
export function startFetchingPublicKeys(config: Config): void {
  const isNeeded = config.shouldValidateJwt && config.baseUrl && !config.publicKey;
  if (!isNeeded) return;
  const event = { traceId: getTraceId(undefined), deadline: Date.now() + EARLY_FETCH_MS };
  fetchOnce(config, event).catch(() => undefined);
}

/** @throws PluginError CALL_TO_API_FAILED when BioT cannot give its keys, TIMEOUT when not in time. */
export async function getPublicKeys(config: Config, event: EventContext): Promise<PublicKeys> {
  if (config.publicKey) return toConfiguredKeys(config.publicKey);
  return storeOf(config).known ?? fetchOnce(config, event);
}

/**
 * Keys other than the ones that did not match, or undefined when BioT has no others. A fetch that brings nothing
 * new starts a pause of a second, twice as long each time up to half a minute: a rotation after a few bad tokens heals at
 * once, and a flood of them costs BioT two fetches a minute.
 * @throws PluginError CALL_TO_API_FAILED, for a second after it without asking again; TIMEOUT
 */
export async function getNewerPublicKeys(
  config: Config,
  mismatched: PublicKeys,
  event: EventContext,
): Promise<PublicKeys | undefined> {
  if (config.publicKey) return undefined;
  const store = storeOf(config);
  if (store.known && !isSame(store.known, mismatched)) return store.known;
  if (Date.now() < store.pausedUntil) return store.failure ? Promise.reject(store.failure) : undefined;

  const fetched = await fetchOnce(config, event).catch((failure) => {
    if (failure.code === 'TIMEOUT') throw failure; // waiting was pause enough
    Object.assign(store, { pausedUntil: Date.now() + PAUSE_AFTER_FAILURE_MS, failure });
    throw failure;
  });
  if (!isSame(fetched, mismatched)) return fetched;
  pause(store);
  return undefined;
}

/** From the shortest again when half a minute went by without need of one. */
function pause(store: KeyStore): void {
  const isFirst = Date.now() - store.pausedUntil > MAX_PAUSE_MS;
  store.pauseMs = isFirst ? MIN_PAUSE_MS : Math.min(2 * store.pauseMs, MAX_PAUSE_MS);
  store.pausedUntil = Date.now() + store.pauseMs;
}

function toConfiguredKeys(publicKey: string): PublicKeys {
  const keys = configured.get(publicKey) ?? toPublicKeys([publicKey]);
  configured.set(publicKey, keys);
  return keys;
}

function storeOf({ baseUrl = '' }: Config): KeyStore {
  const store = stores.get(baseUrl) ?? { pausedUntil: 0, pauseMs: MIN_PAUSE_MS };
  stores.set(baseUrl, store);
  return store;
}

async function fetchOnce(config: Config, event: EventContext): Promise<PublicKeys> {
  const keys = await joinOrStart(fetches, config.baseUrl ?? '', () => fetchPublicKeys(config, event));
  const store = storeOf(config);
  store.known = keys;
  delete store.failure;
  return keys;
}

async function fetchPublicKeys({ baseUrl }: Config, event: EventContext): Promise<PublicKeys> {
  if (!baseUrl) throw new Error('Environment variable BIOT_BASE_URL is required to fetch the public key');
  const context = { ...event, baseUrl, callTimeMs: CALL_TIME_MS };
  const answer = await callBiot<KeyAnswer | null>(context, { method: 'GET', path: KEY_PATH });
  const encoded = [answer?.publicKey, answer?.previousPublicKey].filter((key) => typeof key === 'string');
  const readable = encoded.filter(isReadable); // a broken one does not take the good one with it
  if (readable.length > 0) return toPublicKeys(readable);
  const cause = new Error('BioT answered without a key that can be read');
  throw new PluginError('CALL_TO_API_FAILED', { cause });
}

const toPublicKeys = (encoded: string[]): PublicKeys => ({ encoded, keys: encoded.map(toKeyObject) });

/** BioT sends the bare base64 of the SubjectPublicKeyInfo; a PEM is taken too, also with its line ends written `\n`. */
function toKeyObject(encoded: string): KeyObject {
  const text = encoded.replaceAll('\\n', '\n').trim();
  return text.startsWith('-----')
    ? createPublicKey(text)
    : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
}

function isReadable(encoded: string): boolean {
  try {
    return toKeyObject(encoded).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

const isSame = (a: PublicKeys, b: PublicKeys): boolean => a.encoded.join() === b.encoded.join();
