/** The handler of a fresh container, and the hooks behind it, whose `perform` a test may replace. */
export type LoadedPlugin = {
  handler: typeof import('../../src/index.ts').handler;
  notification: typeof import('../../src/notification/index.ts').notification;
  interceptorPre: typeof import('../../src/interceptorPre/index.ts').interceptorPre;
  interceptorPost: typeof import('../../src/interceptorPost/index.ts').interceptorPost;
  interceptorPostEntity: typeof import('../../src/interceptorPostEntity/index.ts').interceptorPostEntity;
  PluginError: typeof import('../../src/runtime/errors.ts').PluginError;
};

/** Loads the plugin anew, as a container does: with this environment and without anything cached. */
export async function loadPlugin(env: Record<string, string>): Promise<LoadedPlugin> {
  const environment = process.env;
  process.env = env;
  jest.resetModules();
  try {
    const { handler } = await import('../../src/index.ts');
    const { notification } = await import('../../src/notification/index.ts');
    const { interceptorPre } = await import('../../src/interceptorPre/index.ts');
    const { interceptorPost } = await import('../../src/interceptorPost/index.ts');
    const { interceptorPostEntity } = await import('../../src/interceptorPostEntity/index.ts');
    const { PluginError } = await import('../../src/runtime/errors.ts');
    return { handler, notification, interceptorPre, interceptorPost, interceptorPostEntity, PluginError };
  } finally {
    process.env = environment;
  }
}
