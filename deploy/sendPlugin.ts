import axios from 'axios';
import { toBiotFailure } from '../src/runtime/biot.ts';
import { PluginError } from '../src/runtime/errors.ts';
import { findDifferences } from './plan/findDifferences.ts';
import {
  cannotAsk,
  changedMeanwhile,
  notAsSent,
  notTaken,
  perhapsTheirs,
  ROLLED_BACK,
} from './plan/sendFailures.ts';
import type { Plan } from './plan.ts';
import type { Plugin, PluginApi, PluginCode } from './pluginApi.ts';
import { type RetryOptions, retry } from './retry.ts';
import { toFailure } from './toFailure.ts';

/** What is sent, and what BioT had when that was planned. */
export type Sending = RetryOptions & {
  api: PluginApi;
  /** Its action is `create` or `update`. */
  plan: Plan;
  name: string;
  current?: Plugin | undefined;
  /** Always there for `create`. */
  code?: PluginCode | undefined;
  /** Told what BioT has when that is not all as it was sent, before that fails. */
  onNotAsSent?(plugin: Plugin): Promise<unknown>;
};

const TRIES = 3;
const UNKNOWN_STATUS = [500, 502, 503, 504];

/**
 * Sends the plan in one POST or PATCH, unless BioT has changed since, and compares what BioT has then. When the answer
 * is lost, BioT is asked what it has: it is done, or is sent again. @throws Failure that says what BioT has
 */
export async function sendPlugin(sending: Sending): Promise<Plugin> {
  let tries = 0;
  let lost: unknown;
  const toPassing = (error: unknown) => {
    lost = error;
    tries += 1;
    const { code, message } = toFailure(error);
    const isPassing = isUnknown(error) && tries < TRIES && !ROLLED_BACK.includes(code);
    return isPassing ? { reason: `${message}; nothing has changed yet` } : undefined;
  };
  return retry(() => sendOnce(sending, lost), toPassing, sending).catch((error) => {
    throw isUnknown(error) ? notTaken(sending, toFailure(error)) : error;
  });
}

/** `lost` is why the answer to an earlier try did not come. @throws what BioT refused with, or Failure */
async function sendOnce(sending: Sending, lost: unknown): Promise<Plugin> {
  const done = await settle(sending, lost);
  if (done) return done;
  sending.signal?.throwIfAborted();
  let answer: Plugin;
  try {
    answer = await send(sending);
  } catch (error) {
    return recover(sending, error, lost);
  }
  return readBack(sending, answer);
}

/** A refusal may come of what somebody else has done. @throws the error when BioT has the plugin as before; Failure */
async function recover(sending: Sending, error: unknown, lost: unknown): Promise<Plugin> {
  if (sending.signal?.aborted) throw error;
  const done = await settle(sending, isUnknown(error) ? error : lost);
  if (done) return done;
  throw error;
}

function send({ api, plan, name, code }: Sending): Promise<Plugin> {
  if (plan.action === 'update') return api.update(name, plan.config, code);
  if (!code) throw new Error('A plugin is created with its code');
  return api.create({ ...plan.config, name }, code);
}

/** The answer counts when BioT cannot be asked, or when somebody else has deployed since. @throws Failure */
async function readBack({ api, name, plan, onNotAsSent }: Sending, answer: Plugin): Promise<Plugin> {
  const found = await api.find(name).catch(() => answer);
  const there = found && Number(found.version) > Number(answer.version) ? answer : found;
  const paths = there ? findDifferences(plan.config, there) : ['name'];
  if (there && paths.length === 0) return there;
  if (there) await onNotAsSent?.(there);
  throw notAsSent(name, paths);
}

/**
 * Undefined when BioT has the plugin as before; the plugin when it has what was sent. `lost` is why it is not known
 * whether it was done, undefined when nothing was. @throws Failure
 */
async function settle(sending: Sending, lost: unknown): Promise<Plugin | undefined> {
  const { api, name, current, plan } = sending;
  const there = await api.find(name).catch((error) => {
    const failure = toFailure(error);
    throw lost === undefined ? failure : cannotAsk(name, failure);
  });
  if (isAsBefore(there, current)) return undefined;
  const isOther = !there || findDifferences(plan.config, there).length > 0;
  if (lost === undefined || isOther)
    throw changedMeanwhile(name, { current, there, isLost: lost !== undefined });
  if (isOnlyOurs(sending, lost)) return there;
  throw perhapsTheirs(there);
}

const isAsBefore = (there: Plugin | undefined, current: Plugin | undefined): boolean =>
  there?.version === current?.version && there?.lastModifiedTime === current?.lastModifiedTime;

/** Of two deploys that change the code alone both look the same, as BioT does not tell which code it has. */
const isOnlyOurs = ({ plan }: Sending, lost: unknown): boolean =>
  wasTaken(lost) || plan.changes.some(({ path }) => path !== 'code' && path !== 'version');

/** The answer began with a success, and broke off. */
function wasTaken(error: unknown): boolean {
  const cause = error instanceof PluginError ? error.cause : undefined;
  return axios.isAxiosError(cause) && cause.response !== undefined && cause.response.status < 300;
}

/** BioT may have done it, although it could not say so. */
function isUnknown(error: unknown): boolean {
  const failure = toBiotFailure(error);
  return failure ? UNKNOWN_STATUS.includes(failure.status) : error instanceof PluginError;
}
