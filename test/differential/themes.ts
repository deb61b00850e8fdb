/** All themes, in the order they run: what takes longest first. */
import { attributes } from './themes/attributes.ts';
import { configuration } from './themes/configuration.ts';
import { control } from './themes/control.ts';
import { errors } from './themes/errors.ts';
import { events } from './themes/events.ts';
import { groups } from './themes/groups.ts';
import { lifecycle } from './themes/lifecycle.ts';
import { logs } from './themes/logs.ts';
import { serverItself } from './themes/server.ts';
import { stopping } from './themes/stopping.ts';
import type { Theme } from './scenario.ts';

export const WAITING_THEMES: readonly Theme[] = [lifecycle, stopping, serverItself, logs, attributes, configuration, errors];

/** Those with clients or listeners in Python. */
export const CLIENT_THEMES: readonly Theme[] = [events, control, groups];

export const THEMES: readonly Theme[] = [...WAITING_THEMES, ...CLIENT_THEMES];
