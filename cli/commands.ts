import type { CommandLine } from './addCommand.ts';

/** What stands in the list of commands, and what adds the command itself. */
type Listed = {
  /** Like `get [name]`. */
  usage: string;
  /** One clause. */
  summary: string;
  load(): Promise<(cli: CommandLine) => void>;
};

/** All commands, in the order of `--help`. A file is loaded when its command is typed. */
export const COMMANDS: Listed[] = [
  {
    usage: 'login',
    summary: 'log docker in to the plugins’ repository with temporary credentials from BioT',
    load: async () => (await import('./login.ts')).addLogin,
  },
  {
    usage: 'build-and-push [buildArgs...]',
    summary: 'build the image for Lambda and push it under a tag never used before',
    load: async () => (await import('./buildAndPush.ts')).addBuildAndPush,
  },
  {
    usage: 'check-image [reference]',
    summary: 'say whether Lambda would take an image',
    load: async () => (await import('./checkImage.ts')).addCheckImage,
  },
  {
    usage: 'plan',
    summary: 'show what deploy would change, and send nothing',
    load: async () => (await import('./plan.ts')).addPlan,
  },
  {
    usage: 'deploy [buildArgs...]',
    summary: 'bring the plugin on BioT to what this project is',
    load: async () => (await import('./deploy.ts')).addDeploy,
  },
  {
    usage: 'releases',
    summary: 'list what was deployed from here, newest first',
    load: async () => (await import('./releases.ts')).addReleases,
  },
  {
    usage: 'rollback [release]',
    summary: 'run the code of an earlier release again, by default of the one before',
    load: async () => (await import('./rollback.ts')).addRollback,
  },
  {
    usage: 'create',
    summary: 'create the plugin that plugin.json describes, with the image pushed last',
    load: async () => (await import('./create.ts')).addCreate,
  },
  {
    usage: 'update',
    summary: 'update the plugin to plugin.json, with the image pushed last',
    load: async () => (await import('./update.ts')).addUpdate,
  },
  {
    usage: 'get [name]',
    summary: 'show the plugin as BioT has it',
    load: async () => (await import('./get.ts')).addGet,
  },
  {
    usage: 'list',
    summary: 'list the plugins of BioT',
    load: async () => (await import('./list.ts')).addList,
  },
  {
    usage: 'delete [name]',
    summary: 'delete the plugin with its user, its subscriptions and its code',
    load: async () => (await import('./delete.ts')).addDelete,
  },
  {
    usage: 'subscribe',
    summary: 'have BioT call an endpoint of your own for the hooks of plugin.json',
    load: async () => (await import('./subscribe.ts')).addSubscribe,
  },
  {
    usage: 'unsubscribe',
    summary: 'have BioT no longer call an endpoint of your own for the hooks of plugin.json',
    load: async () => (await import('./unsubscribe.ts')).addUnsubscribe,
  },
  {
    usage: 'subscriptions',
    summary: 'list what BioT calls endpoints for, deployed plugins’ too',
    load: async () => (await import('./subscriptions.ts')).addSubscriptions,
  },
  {
    usage: 'interceptions [text]',
    summary: 'list what can be intercepted',
    load: async () => (await import('./interceptions.ts')).addInterceptions,
  },
  {
    usage: 'actions [entity]',
    summary: 'list what BioT tells plugins of',
    load: async () => (await import('./actions.ts')).addActions,
  },
  {
    usage: 'invoke',
    summary: 'give the handler one event and show its answer',
    load: async () => (await import('./invoke.ts')).addInvoke,
  },
  {
    usage: 'doctor',
    summary: 'say what is missing or wrong here, and the cure',
    load: async () => (await import('./doctor.ts')).addDoctor,
  },
  {
    usage: 'emulator',
    summary: 'run a BioT on this machine until Ctrl-C',
    load: async () => (await import('./emulator.ts')).addEmulator,
  },
  {
    usage: 'trigger <entity> <action>',
    summary: 'tell the subscribers of an action in the local BioT, as if it had happened',
    load: async () => (await import('./trigger.ts')).addTrigger,
  },
  {
    usage: 'faults [action] [id]',
    summary: 'let calls of the local BioT fail',
    load: async () => (await import('./faults.ts')).addFaults,
  },
  {
    usage: 'logs [name]',
    summary: 'show what a plugin and Lambda wrote',
    load: async () => (await import('./logs.ts')).addLogs,
  },
  {
    usage: 'record',
    summary: 'save the events of a call, without personal data',
    load: async () => (await import('./record.ts')).addRecord,
  },
  {
    usage: 'replay <file>',
    summary: 'send recorded events to their plugins again',
    load: async () => (await import('./replay.ts')).addReplay,
  },
  {
    usage: 'trace [id]',
    summary: 'show a call with its hooks, logs and notifications',
    load: async () => (await import('./trace.ts')).addTrace,
  },
  {
    usage: 'completion <shell>',
    summary: 'print what lets the Tab key complete commands',
    load: async () => (await import('./completion.ts')).addCompletion,
  },
];
