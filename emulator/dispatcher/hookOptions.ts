import type { State, Subscription } from '../state.ts';

/** Something that a plugin's author should know; `receiver` is the plugin, or the endpoint of its own. */
export type Warning = { receiver: string; traceId: string; text: string };

/** What interceptors and notifications need alike. */
export type HookOptions = {
  state: Pick<State, 'subscriptions'>;
  /** The plugin, or the endpoint of its own without its query, as that may hold a secret. */
  receiverOf(subscription: Subscription): string;
  hookToken(): string;
  warn(warning: Warning): void;
};
