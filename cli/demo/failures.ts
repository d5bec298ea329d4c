import { EXIT, Failure } from '../../deploy/failure.ts';

const CURE =
  'The demo checks the examples that came with this project. Try your own with npx biot-plugin invoke, or npm start.';

/** What somebody saw who was refused: as BioT passed it on. */
export type Refusal = { status: number; body: Record<string, unknown>; isPlugins: boolean };

export function toRefused({ status, body, isPlugins }: Refusal): Failure {
  const who = isPlugins ? 'your plugin' : 'BioT';
  const said = [body.code, body.message].filter((text) => typeof text === 'string');
  const message = `The demo's patient was refused by ${who}: ${[status, ...said].join(' ')}`;
  return new Failure({ code: 'DEMO_REFUSED', exitCode: EXIT.pluginFailed, message, cure: CURE });
}

export function toNotCalled(hook: string): Failure {
  const message = `The hook ${hook} was not called: the demo needs it in plugin.json`;
  return new Failure({ code: 'DEMO_HOOK_NOT_CALLED', exitCode: EXIT.failed, message, cure: CURE });
}
