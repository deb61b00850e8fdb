/**
 * Sections that name Python code. supervisord's own interface is built in; other code cannot run here, and saying so at
 * once is better than methods that are missing later.
 */
import { addError, addWarning } from '../problems.ts';
import { findOption, type RawSection, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';

const OWN_FACTORY = 'supervisor.rpcinterface:make_main_rpcinterface';
const FACTORY_OPTION = 'supervisor.rpcinterface_factory';

/** Checks plugin sections; true when supervisord's own methods are asked for. Of tsinit nobody need ask for them. */
export function checkPlugins(context: ReadContext): boolean {
  let hasOwn = context.scope.personality === 'tsinit';
  for (const section of context.config.sections) {
    if (section.kind === 'ctlplugin') warnOfClientPlugin(context, section);
    if (section.kind === 'rpcinterface' && checkFactory(context, section)) hasOwn ||= section.label === 'supervisor';
  }
  return hasOwn;
}

function checkFactory(context: ReadContext, section: RawSection): boolean {
  const { config, problems } = context;
  const factory = findOption(config, section, FACTORY_OPTION);
  if (factory?.text === OWN_FACTORY) return true;
  if (factory === null) {
    addError(problems, section.place, {
      ours: `[${section.name}] (${showPlace(section.place)}) has no ${FACTORY_OPTION}; write ${FACTORY_OPTION} = ${OWN_FACTORY}`,
      peer: `section [${section.name}] does not specify a ${FACTORY_OPTION}`,
    });
    return false;
  }
  addError(problems, factory.place, {
    ours: `cannot load ${factory.text} of [${section.name}] (${showPlace(factory.place)}): it is Python code, and tsinit runs without Python; supervisor's own methods are built in (${OWN_FACTORY}), for anything else run a program that talks to the control interface`,
    peer: `${factory.text} cannot be resolved within [${section.name}]`,
  });
  return false;
}

function warnOfClientPlugin(context: ReadContext, section: RawSection): void {
  const sentence = `[${section.name}] (${showPlace(section.place)}) is ignored: client plugins are Python code, and tsinit runs without Python`;
  addWarning(context.problems, section.place, { ours: sentence, peer: sentence });
}
