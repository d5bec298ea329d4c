import { selectHook } from '../../src/hooks.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { directEvent, scheduledEvent } from '../builders/events.ts';

describe('selectHook', () => {
  it.each([
    ['NOTIFICATION', 'NOTIFICATION'],
    ['INTERCEPTOR_PRE', 'INTERCEPTOR_PRE'],
    ['INTERCEPTOR_POST', 'INTERCEPTOR_POST'],
    ['INTERCEPTOR_POST_ENTITY', 'INTERCEPTOR_POST_ENTITY'],
    ['notification', 'NOTIFICATION'],
    ['Interceptor_Post_Entity', 'INTERCEPTOR_POST_ENTITY'],
    [' INTERCEPTOR_PRE ', 'INTERCEPTOR_PRE'],
  ])('returns for the value %j the hook %s, whatever the case of the header’s name', (value, expected) => {
    const hooks = ['hooktype', 'HookType', 'HOOKTYPE'].map((name) =>
      selectHook({ headers: { [name]: value } }),
    );

    expect(hooks.map(({ name }) => name)).toEqual([expected, expected, expected]);
  });

  it.each<[string, unknown]>([
    ['a scheduled event', scheduledEvent()],
    ['a direct call', directEvent('token')],
    ['an empty event', {}],
    ['headers that are null', { headers: null }],
    ['a header that is null', { headers: { hooktype: null } }],
    ['a header that is empty, which is like none', { headers: { hooktype: '' } }],
    ['a header of spaces, which is like none', { headers: { hooktype: '  ' } }],
  ])('returns NONSPECIFIC for %s', (_name, event) => {
    const hook = selectHook(event);

    expect(hook.name).toBe('NONSPECIFIC');
  });

  it.each([
    'UNKNOWN',
    'NONSPECIFIC',
    'INTERCEPTOR',
    'INTERCEPTOR_PRE,INTERCEPTOR_POST',
    'constructor',
    'CONSTRUCTOR',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'null',
    'undefined',
    '0',
  ])('throws UNKNOWN_HOOK_TYPE for %j', (value) => {
    const select = () => selectHook({ headers: { hooktype: value } });

    expect(select).toThrow(expect.objectContaining({ code: 'UNKNOWN_HOOK_TYPE', status: 400 }));
  });

  it.each([undefined, null, 5, true, 'event', [], [{ headers: { hooktype: 'NOTIFICATION' } }]])(
    'throws NO_EVENT for %j',
    (event) => {
      const select = () => selectHook(event);

      expect(select).toThrow(expect.objectContaining({ code: 'NO_EVENT', status: 400 }));
    },
  );

  it.each([
    ['NOTIFICATION', 'ACTION_NOTIFICATION', 'ONE'],
    ['INTERCEPTOR_PRE', 'PLUGIN_INTERCEPTOR', 'TWO'],
    ['INTERCEPTOR_POST', 'PLUGIN_INTERCEPTOR', 'TWO'],
    ['INTERCEPTOR_POST_ENTITY', 'PLUGIN_INTERCEPTOR', 'TWO'],
    ['', undefined, undefined],
  ])(
    'returns for %j a hook that requires the scope %s, or the one that the environment names',
    (value, ...scopes) => {
      const environment = {
        PLUGIN_JWT_PERMISSION_NOTIFICATION: 'ONE',
        BIOT_JWT_PERMISSION_INTERCEPTION: 'TWO',
      };

      const { requiredScope } = selectHook({ headers: { hooktype: value } });

      expect([requiredScope(readConfig({})), requiredScope(readConfig(environment))]).toEqual(scopes);
    },
  );
});
