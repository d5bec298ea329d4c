import { build } from 'esbuild';
import { bundleOptions } from '../../deploy/bundle.ts';
import { PROJECT_ROOT } from './project.ts';

type Plugin = Pick<typeof import('../../src/index.ts'), 'handler'>;

/**
 * Starts the plugin anew as often as one likes: the bundle of `src/` with nothing cached, in less than a millisecond,
 * as the libraries are loaded once only.
 */
export async function createPluginStarter(): Promise<(env: Record<string, string>) => Plugin> {
  const { outputFiles } = await build({
    ...bundleOptions(PROJECT_ROOT),
    packages: 'external',
    write: false,
    logLevel: 'silent',
  });
  const run = new Function('require', 'module', 'process', outputFiles?.[0]?.text ?? '');
  return (env) => {
    const module = { exports: {} as Plugin };
    run(require, module, Object.create(process, { env: { value: env } }));
    return module.exports;
  };
}
